import { Link } from '@tanstack/react-router'
import { dataOf, faultIn } from '../regions/region'
import { useSession } from '../session/useSession'
import { Bones } from '../ui/Bones'
import { formatTime, pieces } from '../ui/format'
import { Heading } from '../ui/Heading'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { useBasket, type BasketData } from './BasketProvider'
import { Drafts } from './Drafts'
import { BasketLine } from './BasketLine'
import { LocalLines } from './LocalLines'
import { useLiveProducts } from './pictures'

export function BasketPage() {
  const { signedIn } = useSession()
  return (
    <>
      <Heading title="Basket" />
      <div className="mt-8">{signedIn ? <ServerBasket /> : <GuestBasket />}</div>
    </>
  )
}

function GuestBasket() {
  const { local } = useBasket()
  if (local.length === 0) return <Empty />
  return (
    <div className={columns}>
      <div>
        <h2 className="sr-only">Items</h2>
        <LocalLines />
      </div>
      <aside className="card self-start p-6">
        <h2>{pieces(local.reduce((sum, { quantity }) => sum + quantity, 0))}</h2>
        <p className="mt-2 text-muted">
          Log in to see the total and to order. The basket comes with you.
        </p>
        <p className="mt-6 grid gap-3">
          <Link to="/login" search={{ next: '/basket' }} className="button">
            Log in
          </Link>
          <Link to="/register" search={{ next: '/basket' }} className="button button-quiet">
            Register
          </Link>
        </p>
      </aside>
    </div>
  )
}

function ServerBasket() {
  const { region, retry, fetching, local, queue, mergeMessage } = useBasket()
  const fault = faultIn(region)
  const basket = dataOf(region)
  const nothing = region.state === 'empty' || basket?.items.length === 0
  const message = queue.message || mergeMessage
  return (
    <>
      {fault && (
        <div className="mb-6">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {region.state === 'stale'
              ? `The basket is unavailable right now. This is how it was at ${formatTime(region.since)}.`
              : 'The basket is unavailable right now.'}
          </Notice>
        </div>
      )}
      <p role="status" className="font-medium text-danger not-empty:mb-4">
        {message}
      </p>
      {local.length > 0 && (
        <section className="mb-8">
          <h2 className="mb-2">Waiting to be added</h2>
          <p className="mb-4 text-muted">
            This browser stores these items. They will be added when the basket is back.
          </p>
          <LocalLines />
        </section>
      )}
      {region.state === 'loading' && <Bones lines={6} label="Loading the basket" />}
      {nothing && local.length === 0 && queue.open.size === 0 && <Empty />}
      {basket && <Problems of={basket} />}
      {basket && basket.items.length > 0 && (
        <Lines basket={basket} readOnly={region.state === 'stale'} />
      )}
      <Drafts />
    </>
  )
}

/** Shows why the last attempt to order the basket failed. */
function Problems({ of: { problems } }: { of: BasketData }) {
  if (problems.length === 0) return null
  return (
    <div role="status" className="mb-6 rounded-xl bg-warn px-4 py-3 text-on-warn">
      <p className="font-semibold">Nothing has been ordered yet.</p>
      {problems.map(({ message }) => (
        <p key={message}>{message}</p>
      ))}
    </div>
  )
}

/** The page shows the new prices already, so continuing accepts them. */
const onlyDearer = ({ problems }: BasketData) =>
  problems.length > 0 && problems.every(({ __typename }) => __typename === 'PriceChanged')

function Lines({ basket, readOnly }: { basket: BasketData; readOnly: boolean }) {
  const { queue } = useBasket()
  const live = useLiveProducts(readOnly)
  const settling = queue.open.size > 0
  return (
    <div className={columns}>
      <div>
        {live.fault && (
          <div className="mb-4">
            <Notice fault={live.fault} retry={live.retry} fetching={live.fetching}>
              Pictures are missing and stock is not checked: the catalogue is unavailable right now.
              You can still order.
            </Notice>
          </div>
        )}
        <h2 className="sr-only">Items</h2>
        <ul className="divide-y divide-line border-y border-line">
          {basket.items.map((item) => (
            <BasketLine key={item.id} of={item} product={live.of(item.id)} readOnly={readOnly} />
          ))}
        </ul>
      </div>
      <aside className="card self-start p-6 lg:sticky lg:top-24">
        <h2 className="sr-only">Total</h2>
        <p className="flex items-baseline justify-between gap-4 text-xl font-semibold">
          Total
          <Money of={basket.total} settling={settling} />
        </p>
        <p className="mt-1 text-sm text-muted">Tax included</p>
        <p className="mt-6 grid">
          {readOnly ? (
            <span className="text-muted">You can order as soon as the basket is back.</span>
          ) : (
            <Link to="/checkout" className="button">
              {onlyDearer(basket) ? 'Accept the new price' : 'To checkout'}
            </Link>
          )}
        </p>
      </aside>
    </div>
  )
}

function Empty() {
  return (
    <div className="py-12 text-center">
      <p className="text-lg text-muted">Your basket is empty.</p>
      <p className="mt-6">
        <Link to="/" className="button">
          To the catalogue
        </Link>
      </p>
    </div>
  )
}

const columns = 'grid gap-8 lg:grid-cols-[1fr_20rem] lg:gap-12'
