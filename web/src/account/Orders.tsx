import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { Bones } from '../ui/Bones'
import { formatTime } from '../ui/format'
import { Notice } from '../ui/Notice'
import { OrderCard, type Thumbnails } from './OrderCard'

const OrdersDocument = graphql(`
  query Orders($first: Int!, $after: String) {
    orders(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        ...OrderCardParts
      }
    }
  }
`)

/** A query of its own, so that orders show without waiting for the catalogue's pictures. */
const OrderThumbnailsDocument = graphql(`
  query OrderThumbnails($first: Int!, $after: String) {
    orders(first: $first, after: $after) {
      nodes {
        id
        items {
          id
          product {
            id
            images {
              ...PictureParts
            }
          }
        }
      }
    }
  }
`)

const pageSize = 10

/** Shows the orders, newest first, a page at a time. It needs only the order service. */
export function Orders() {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null])
  return cursors.map((after, index) => (
    <Page
      key={after}
      after={after}
      last={index === cursors.length - 1}
      onMore={(cursor) => setCursors([...cursors, cursor])}
    />
  ))
}

interface Props {
  after: string | null
  last: boolean
  onMore: (cursor: string) => void
}

function Page({ after, last, onMore }: Props) {
  const variables = { first: pageSize, after }
  const { region, retry, fetching } = useRegion({
    query: OrdersDocument,
    variables,
    root: 'orders',
  })
  const fault = faultIn(region)
  const orders = dataOf(region)
  const thumbnails = useThumbnails(
    variables,
    region.state !== 'ready' || orders?.nodes.length === 0,
  )
  return (
    <>
      {fault && (
        <div className="mb-6">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {region.state === 'stale'
              ? `Your orders are unavailable right now. This list is from ${formatTime(region.since)}.`
              : 'Your orders are unavailable right now. None of them is lost.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Bones lines={6} label="Loading your orders" />}
      {orders?.nodes.length === 0 && <p className="text-muted">No orders yet.</p>}
      {thumbnails.notice}
      {orders && orders.nodes.length > 0 && (
        <ul className="mb-6 space-y-6">
          {orders.nodes.map((order) => (
            <OrderCard key={order.id} of={order} thumbnails={thumbnails.of} />
          ))}
        </ul>
      )}
      {last && orders?.pageInfo.hasNextPage && (
        <p className="text-center">
          <button
            type="button"
            className="button button-quiet"
            onClick={() => onMore(orders.pageInfo.endCursor ?? '')}
          >
            Show earlier orders
          </button>
        </p>
      )}
      {last && orders && <BackToShelves />}
    </>
  )
}

function useThumbnails(variables: { first: number; after: string | null }, pause: boolean) {
  const { region, retry, fetching } = useRegion({
    query: OrderThumbnailsDocument,
    variables,
    root: 'orders',
    pause,
  })
  const fault = pause ? undefined : faultIn(region)
  const items = dataOf(region)?.nodes.flatMap((order) => order.items) ?? []
  const of: Thumbnails = new Map(items.map(({ id, product }) => [id, product?.images[0]]))
  const notice = fault && (
    <div className="mb-6">
      <Notice fault={fault} retry={retry} fetching={fetching}>
        Pictures are missing: the catalogue is unavailable right now. Your orders are complete.
      </Notice>
    </div>
  )
  return { of, notice }
}

function BackToShelves() {
  return (
    <p className="mt-6">
      <Link to="/" className="link inline-block py-1">
        To the catalogue
      </Link>
    </p>
  )
}
