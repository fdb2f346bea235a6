import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useBasket } from '../basket/BasketProvider'
import { graphql } from '../gql'
import type { OrderQuery } from '../gql/graphql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { PleaseLogIn } from '../session/PleaseLogIn'
import { useOwnAddress } from '../session/useOwnAddress'
import { useSession } from '../session/useSession'
import { Bones } from '../ui/Bones'
import { formatDate } from '../ui/format'
import { Heading } from '../ui/Heading'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { Picture } from '../ui/Picture'
import { CancelButton } from './CancelButton'
import { History } from './History'
import { NoSuchOrder } from './NoSuchOrder'
import { StatusPill } from './StatusPill'

const OrderDocument = graphql(`
  query Order($id: ID!) {
    order(id: $id) {
      id
      number
      status
      version
      placedAt
      history {
        status
        at
      }
      total {
        ...MoneyParts
      }
      items {
        id
        title
        sku
        quantity
        unitPrice {
          ...MoneyParts
        }
        lineTotal {
          ...MoneyParts
        }
      }
      invoice {
        id
        number
      }
      problems {
        ... on UserError {
          message
        }
      }
    }
  }
`)

/** How often a pending order is looked at again. */
const lookAgain = 2000

const OrderPicturesDocument = graphql(`
  query OrderPictures($id: ID!) {
    order(id: $id) {
      id
      items {
        id
        product {
          id
          slug
          images {
            ...PictureParts
          }
        }
      }
    }
  }
`)

type Order = NonNullable<OrderQuery['order']>

export function OrderPage() {
  const { id } = useParams({ from: '/orders/$id' })
  const { signedIn } = useSession()
  if (!useOwnAddress()) return null
  return signedIn ? <OrderRegion key={id} id={id} /> : <PleaseLogIn title="Order" />
}

function OrderRegion({ id }: { id: string }) {
  const { region, retry, fetching } = useRegion({
    query: OrderDocument,
    variables: { id },
    root: 'order',
  })
  const fault = faultIn(region)
  const order = dataOf(region)
  const { retry: lookAtBasket } = useBasket()
  const pending = order?.status === 'PENDING'
  const refused = order?.status === 'DRAFT'
  useEffect(() => {
    if (!pending) return
    const timer = setInterval(retry, lookAgain)
    return () => clearInterval(timer)
  }, [pending, retry])
  useEffect(() => {
    if (refused) lookAtBasket() // the order is the basket again
  }, [refused, lookAtBasket])
  return (
    <>
      {region.state === 'empty' && <NoSuchOrder />}
      {fault && (
        <div className="mb-8 space-y-6">
          {!order && <Heading title="Order" />}
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {order
              ? 'Orders cannot be reached just now: this is the order as last seen.'
              : 'Orders cannot be reached just now. None of them is lost.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Bones lines={6} label="Loading the order" />}
      {order && <Details order={order} look={retry} />}
    </>
  )
}

function Details({ order, look }: { order: Order; look: () => void }) {
  const { placed } = useSearch({ from: '/orders/$id' })
  const { id, number, status, version, history, placedAt, total, items, invoice, problems } = order
  return (
    <>
      <Heading title={`Order ${number}`}>
        {placed && status !== 'DRAFT' ? 'Thank you!' : `Order ${number}`}
      </Heading>
      <p className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-lg text-muted">
        <StatusPill status={status} />
        {placed && <span>Order {number}</span>}
        {placedAt && <span>placed on {formatDate(placedAt)}</span>}
      </p>
      <div role="status" className="mt-4 empty:hidden">
        {status === 'PENDING' &&
          'Whether all of it is there is being looked up. This page goes on by itself.'}
        {problems.map(({ message }) => (
          <p key={message} className="font-medium text-danger">
            {message}
          </p>
        ))}
        {problems.length > 0 && status === 'DRAFT' && (
          <p>
            Nothing is ordered.{' '}
            <Link to="/basket" className="link">
              Back to the basket
            </Link>
          </p>
        )}
      </div>
      <div className="mt-8 grid gap-8 lg:grid-cols-[1fr_20rem] lg:gap-12">
        <div>
          <Items orderId={id} items={items} />
          <History events={history} />
        </div>
        <aside className="card self-start p-6">
          <h2 className="sr-only">Total</h2>
          <p className="flex items-baseline justify-between gap-4 text-xl font-semibold">
            Total
            <Money of={total} />
          </p>
          <p className="mt-1 text-sm text-muted">Tax included</p>
          <p className="mt-6 grid gap-3">
            {invoice && (
              <Link to="/orders/$id/invoice" params={{ id }} className="button">
                Invoice {invoice.number}
              </Link>
            )}
            {(status === 'PENDING' || status === 'CONFIRMED') && (
              <CancelButton id={id} version={version} onDone={look} />
            )}
            <Link to="/account" className="link py-1 text-center">
              All orders
            </Link>
          </p>
        </aside>
      </div>
    </>
  )
}

function Items({ orderId, items }: { orderId: string; items: Order['items'] }) {
  const { region, retry, fetching } = useRegion({
    query: OrderPicturesDocument,
    variables: { id: orderId },
    root: 'order',
  })
  const live = new Map(dataOf(region)?.items.map(({ id, product }) => [id, product]))
  const fault = faultIn(region)
  return (
    <section aria-label="Items">
      {fault?.subgraph === 'product' && (
        <div className="mb-4">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            Pictures are missing: the catalogue cannot be reached just now. The order is complete.
          </Notice>
        </div>
      )}
      <ul className="divide-y divide-line border-y border-line">
        {items.map(({ id, title, sku, quantity, unitPrice, lineTotal }) => {
          const product = live.get(id)
          return (
            <li
              key={id}
              className="grid grid-cols-[4rem_1fr_auto] items-start gap-x-4 py-4 sm:grid-cols-[5rem_1fr_auto] sm:gap-x-6"
            >
              <div className="overflow-hidden rounded-xl ring-1 ring-line">
                <Picture of={product?.images[0]} decorative />
              </div>
              <div>
                {product ? (
                  <Link
                    to="/products/$slug"
                    params={{ slug: product.slug }}
                    className="inline-block py-0.5 font-medium hover:underline"
                  >
                    {title}
                  </Link>
                ) : (
                  <span className="inline-block py-0.5 font-medium">{title}</span>
                )}
                <p className="text-sm text-muted">
                  {quantity} × <Money of={unitPrice} />
                </p>
                <p className="text-sm text-muted">Article {sku}</p>
              </div>
              <p className="py-0.5 font-medium">
                <Money of={lineTotal} />
              </p>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
