import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useBasket } from '../basket/BasketProvider'
import { graphql, unmask, type FragmentType } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { MeDocument } from '../session/documents'
import { PleaseLogIn } from '../session/PleaseLogIn'
import { useSession } from '../session/useSession'
import { Bones } from '../ui/Bones'
import { Heading } from '../ui/Heading'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { usePlaceOrder } from './usePlaceOrder'

const BuyerParts = graphql(`
  fragment BuyerParts on User {
    displayName
    email
  }
`)

const CheckoutLineParts = graphql(`
  fragment CheckoutLineParts on OrderItem {
    title
    quantity
    unitPrice {
      ...MoneyParts
    }
    lineTotal {
      ...MoneyParts
    }
  }
`)

export function CheckoutPage() {
  const { signedIn } = useSession()
  if (!signedIn) return <PleaseLogIn title="Checkout" />
  return (
    <>
      <Heading title="Checkout" />
      <div className="mt-8 grid gap-8 lg:grid-cols-[1fr_20rem] lg:gap-12">
        <section aria-labelledby="lines">
          <h2 id="lines" className="mb-4">
            Your order
          </h2>
          <Lines />
        </section>
        <div className="space-y-6 lg:sticky lg:top-24 lg:self-start">
          <Buyer />
          <Place />
        </div>
      </div>
    </>
  )
}

function Lines() {
  const { region, retry, fetching, queue } = useBasket()
  const fault = faultIn(region)
  const basket = dataOf(region)
  return (
    <>
      {fault && (
        <div className="mb-6">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            The basket is unavailable right now, so you cannot order. This page updates
            automatically when it is back.
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Bones lines={5} label="Loading the basket" />}
      {(region.state === 'empty' || basket?.items.length === 0) && (
        <p className="text-muted">Your basket is empty.</p>
      )}
      {basket && basket.items.length > 0 && (
        <table className="w-full border-y border-line">
          <caption className="sr-only">What you order</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Article</th>
              <th scope="col">Amount</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {basket.items.map((item) => (
              <Line key={item.id} of={item} settling={queue.open.size > 0} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

interface LineProps {
  of: FragmentType<typeof CheckoutLineParts>
  settling: boolean
}

function Line({ of, settling }: LineProps) {
  const { title, quantity, unitPrice, lineTotal } = unmask(CheckoutLineParts, of)
  return (
    <tr>
      <td className="py-3 pr-4">
        {title}
        <span className="block text-sm text-muted">
          {quantity} × <Money of={unitPrice} />
        </span>
      </td>
      <td className="py-3 text-right align-top">
        <Money of={lineTotal} settling={settling} />
      </td>
    </tr>
  )
}

/** The person who orders. The order can be placed without this. */
function Buyer() {
  const { displayName } = useSession()
  const { region, retry, fetching } = useRegion({ query: MeDocument, variables: {}, root: 'me' })
  const fault = faultIn(region)
  const me = unmask(BuyerParts, dataOf(region))
  return (
    <section aria-labelledby="buyer" className="card p-6">
      <h2 id="buyer">For</h2>
      <p className="mt-2">{me?.displayName ?? displayName}</p>
      {me && <p className="wrap-anywhere text-muted">{me.email}</p>}
      {fault && (
        <div className="mt-3">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            Your account is unavailable right now. You can still order.
          </Notice>
        </div>
      )}
    </section>
  )
}

function Place() {
  const navigate = useNavigate()
  const { region, retry, queue } = useBasket()
  const show = useCallback(
    (id: string) => void navigate({ to: '/orders/$id', params: { id }, search: { placed: true } }),
    [navigate],
  )
  const { isPending, message, fault, outcome, place, look } = usePlaceOrder(show, retry)
  const basket = dataOf(region)
  const items = basket?.items.length ?? 0
  const ready =
    region.state === 'ready' && items > 0 && queue.open.size === 0 && outcome !== 'unknown'

  return (
    <section aria-labelledby="total" className="card p-6">
      <h2 id="total" className="sr-only">
        Total
      </h2>
      {basket && (
        <p className="flex items-baseline justify-between gap-4 text-xl font-semibold">
          Total
          <Money of={basket.total} settling={queue.open.size > 0} />
        </p>
      )}
      <p className="mt-1 text-sm text-muted">Tax included</p>
      <p className="mt-6 grid gap-3">
        <button
          type="button"
          className="button"
          disabled={!ready}
          aria-busy={isPending || undefined}
          onClick={() => basket && place({ orderId: basket.id, version: basket.version })}
        >
          {isPending ? 'Placing the order' : 'Place the order'}
        </button>
        <Link to="/basket" className="link py-1 text-center">
          Back to the basket
        </Link>
      </p>
      <div role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {message}
      </div>
      {outcome === 'unknown' && (
        <div className="mt-3">
          <Notice
            fault={fault ?? { code: 'UNREACHABLE', retryable: true }}
            retry={look}
            fetching={isPending}
          >
            We do not know yet whether your order is placed: the answer did not arrive. It is never
            placed twice.
          </Notice>
        </div>
      )}
      {outcome === 'open' && (
        <p role="status" className="mt-3">
          Your order is not placed yet: the shop did not get it. Please press the button again.
        </p>
      )}
    </section>
  )
}
