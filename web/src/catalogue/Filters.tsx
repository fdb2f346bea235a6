import { Link, useNavigate } from '@tanstack/react-router'
import { useId, type ReactNode } from 'react'
import { formatMoney } from '../ui/format'
import { digitsOf, minorOf, typedOf } from './amount'
import type { Facets } from './facets'
import { changed, narrowed, type CatalogueSearch } from './search'

interface Props {
  search: CatalogueSearch
  facets: Facets | undefined
  disabled: boolean
}

/** What narrows the shelf beside words and aisles, with how much of it there is. */
export function Filters({ search, facets, disabled }: Props) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-6 gap-y-3">
      <Prices key={`${search.from} ${search.to} ${facets?.price?.lowest.currency}`} search={search} price={facets?.price ?? null} disabled={disabled} />
      <InStock search={search} count={facets?.inStock} disabled={disabled} />
      {narrowed(search) && (
        <Link to="/" search={(now) => changed(now, { from: undefined, to: undefined, stock: undefined })} resetScroll={false} className="link">
          Clear filters
        </Link>
      )}
    </div>
  )
}

function Prices({ search, price, disabled }: { search: CatalogueSearch; price: Facets['price'] | null; disabled: boolean }) {
  const navigate = useNavigate()
  const currency = price?.lowest.currency
  const digits = currency ? digitsOf(currency) : 2
  const typed = (minor: number | undefined) => (minor === undefined ? '' : typedOf(minor, digits))
  const hint = (decimal: string | undefined) => (decimal && currency ? formatMoney(decimal, currency) : '')
  const apply = (form: FormData) => {
    const read = (name: string) => {
      const text = form.get(name)
      return typeof text === 'string' ? minorOf(text, digits) : undefined
    }
    void navigate({ to: '/', search: (now) => changed(now, { from: read('from'), to: read('to') }), resetScroll: false })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        apply(new FormData(event.currentTarget))
      }}
    >
      <fieldset disabled={disabled} className="flex flex-wrap items-center gap-2">
        <legend className="sr-only">Price</legend>
        <Amount name="from" value={typed(search.from)} hint={hint(price?.lowest.decimal)}>
          Price<span className="sr-only"> from</span>
        </Amount>
        <Amount name="to" value={typed(search.to)} hint={hint(price?.highest.decimal)}>
          <span className="sr-only">Price </span>to
        </Amount>
        <button type="submit" className="button button-quiet !px-4">
          Apply<span className="sr-only"> prices</span>
        </button>
      </fieldset>
    </form>
  )
}

function Amount({ name, value, hint, children }: { name: string; value: string; hint: string; children: ReactNode }) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{children}</label>
      <input id={id} name={name} className="field !w-[5.5rem] !rounded-full sm:!w-28" inputMode="decimal" autoComplete="off" maxLength={12} defaultValue={value} placeholder={hint} />
    </>
  )
}

function InStock({ search, count, disabled }: { search: CatalogueSearch; count: number | undefined; disabled: boolean }) {
  const navigate = useNavigate()
  return (
    <label className="flex min-h-11 items-center gap-2">
      <input
        type="checkbox"
        className="size-5 accent-(--leaf)"
        checked={search.stock === true}
        disabled={disabled}
        onChange={({ target }) => {
          const stock = target.checked ? true : undefined
          void navigate({ to: '/', search: (now) => changed(now, { stock }), resetScroll: false })
        }}
      />
      In stock
      {count !== undefined && <span className="text-sm text-muted tabular-nums">{count}</span>}
    </label>
  )
}
