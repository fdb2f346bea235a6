import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useBasket } from '../basket/BasketProvider'
import { graphql, unmask, type FragmentType } from '../gql'
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
      status
      ...OrderHeadParts
      ...OrderTotalParts
      history {
        ...HistoryParts
      }
      items {
        id
        ...OrderItemParts
      }
    }
  }
`)

const OrderHeadParts = graphql(`
  fragment OrderHeadParts on Order {
    number
    status
    placedAt
    problems {
      ... on UserError {
        message
      }
    }
  }
`)

const OrderTotalParts = graphql(`
  fragment OrderTotalParts on Order {
    id
    status
    total {
      ...MoneyParts
    }
    invoice {
      id
      number
    }
    ...CancelParts
  }
`)

const OrderItemParts = graphql(`
  fragment OrderItemParts on OrderItem {
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
`)

/** The interval at which a pending order is fetched. */
const lookAgain = 2000

const OrderPicturesDocument = graphql(`
  query OrderPictures($id: ID!) {
    order(id: $id) {
      id
      items {
        id
        product {
          id
          ...OrderedProductParts
        }
      }
    }
  }
`)

const OrderedProductParts = graphql(`
  fragment OrderedProductParts on Product {
    slug
    images {
      ...PictureParts
    }
  }
`)

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
              ? 'Orders are unavailable right now. This page may be out of date.'
              : 'Orders are unavailable right now. None of them is lost.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Bones lines={6} label="Loading the order" />}
      {order && (
        <>
          <Head of={order} />
          <div className="mt-8 grid gap-8 lg:grid-cols-[1fr_20rem] lg:gap-12">
            <div>
              <Items orderId={id} items={order.items} />
              <History of={order.history} />
            </div>
            <Total of={order} onCancel={retry} />
          </div>
        </>
      )}
    </>
  )
}

function Head({ of }: { of: FragmentType<typeof OrderHeadParts> }) {
  const { placed } = useSearch({ from: '/orders/$id' })
  const { number, status, placedAt, problems } = unmask(OrderHeadParts, of)
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
        {status === 'PENDING' && 'We are checking the stock. This page updates automatically.'}
        {problems.map(({ message }) => (
          <p key={message} className="font-medium text-danger">
            {message}
          </p>
        ))}
        {problems.length > 0 && status === 'DRAFT' && (
          <p>
            Nothing has been ordered.{' '}
            <Link to="/basket" className="link">
              Back to the basket
            </Link>
          </p>
        )}
      </div>
    </>
  )
}

interface TotalProps {
  of: FragmentType<typeof OrderTotalParts>
  onCancel: () => void
}

function Total({ of, onCancel }: TotalProps) {
  const order = unmask(OrderTotalParts, of)
  const { id, status, total, invoice } = order
  return (
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
          <CancelButton of={order} onDone={onCancel} />
        )}
        <Link to="/account" className="link py-1 text-center">
          All orders
        </Link>
      </p>
    </aside>
  )
}

interface ItemsProps {
  orderId: string
  items: readonly ({ id: string } & FragmentType<typeof OrderItemParts>)[]
}

function Items({ orderId, items }: ItemsProps) {
  const { region, retry, fetching } = useRegion({
    query: OrderPicturesDocument,
    variables: { id: orderId },
    root: 'order',
  })
  const products = new Map(dataOf(region)?.items.map(({ id, product }) => [id, product]))
  const fault = faultIn(region)
  return (
    <section aria-label="Items">
      {fault?.subgraph === 'product' && (
        <div className="mb-4">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            Pictures are missing: the catalogue is unavailable right now. The order is complete.
          </Notice>
        </div>
      )}
      <ul className="divide-y divide-line border-y border-line">
        {items.map((item) => (
          <Item key={item.id} of={item} product={products.get(item.id)} />
        ))}
      </ul>
    </section>
  )
}

interface ItemProps {
  of: FragmentType<typeof OrderItemParts>
  product: FragmentType<typeof OrderedProductParts> | null | undefined
}

function Item({ of, product: masked }: ItemProps) {
  const { title, sku, quantity, unitPrice, lineTotal } = unmask(OrderItemParts, of)
  const product = unmask(OrderedProductParts, masked)
  return (
    <li className="grid grid-cols-[4rem_1fr_auto] items-start gap-x-4 py-4 sm:grid-cols-[5rem_1fr_auto] sm:gap-x-6">
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
}
