import { Link, useNavigate } from '@tanstack/react-router'
import { useId, useState, type ReactNode } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import type { FiltersPartsFragment } from '../gql/graphql'
import { formatMoney } from '../ui/format'
import { digitsOf, typedOf } from './amount'
import { readPrices, type PriceProblems } from './prices'
import { changed, narrowed, type CatalogueSearch } from './search'

const FiltersParts = graphql(`
  fragment FiltersParts on ProductFacets {
    inStock
    price {
      lowest {
        currency
        decimal
      }
      highest {
        decimal
      }
    }
  }
`)

interface Props {
  search: CatalogueSearch
  of: FragmentType<typeof FiltersParts> | undefined
  disabled: boolean
}

/** Filters for price and stock, with the number of matches. */
export function Filters({ search, of, disabled }: Props) {
  const facets = unmask(FiltersParts, of)
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-6 gap-y-3">
      <Prices search={search} price={facets?.price ?? null} disabled={disabled} />
      <InStock search={search} count={facets?.inStock} disabled={disabled} />
      {narrowed(search) && (
        <Link
          to="/"
          search={(now) => changed(now, { from: undefined, to: undefined, stock: undefined })}
          resetScroll={false}
          className="link"
        >
          Clear filters
        </Link>
      )}
    </div>
  )
}

/** Reads both prices together. An unreadable price stays in its field, with a message. */
function Prices({
  search,
  price,
  disabled,
}: {
  search: CatalogueSearch
  price: FiltersPartsFragment['price'] | null
  disabled: boolean
}) {
  const navigate = useNavigate()
  const [problems, setProblems] = useState<PriceProblems>({})
  const known = useLast(price)
  const currency = known?.lowest.currency
  const typed = (minor: number | undefined) =>
    minor === undefined || !currency ? '' : typedOf(minor, digitsOf(currency))
  const hint = (decimal: string | undefined) =>
    decimal && currency ? formatMoney(decimal, currency) : ''
  const apply = (form: HTMLFormElement, currency: string) => {
    const { problems, ...range } = readPrices(new FormData(form), currency)
    setProblems(problems)
    const [wrong] = Object.keys(problems)
    if (wrong) form.querySelector<HTMLInputElement>(`[name=${wrong}]`)?.focus()
    else void navigate({ to: '/', search: (now) => changed(now, range), resetScroll: false })
  }
  return (
    <form
      key={`${search.from} ${search.to} ${currency}`}
      onChange={() => setProblems({})}
      onSubmit={(event) => {
        event.preventDefault()
        if (currency) apply(event.currentTarget, currency)
      }}
    >
      {/* An amount cannot be read before the currency is known. */}
      <fieldset disabled={disabled || !currency} className="flex flex-wrap items-start gap-2">
        <legend className="sr-only">Price</legend>
        <Amount
          name="from"
          value={typed(search.from)}
          hint={hint(known?.lowest.decimal)}
          problem={problems.from}
        >
          Price<span className="sr-only"> from</span>
        </Amount>
        <Amount
          name="to"
          value={typed(search.to)}
          hint={hint(known?.highest.decimal)}
          problem={problems.to}
        >
          <span className="sr-only">Price </span>to
        </Amount>
        <button type="submit" className="button button-quiet !px-4">
          Apply<span className="sr-only"> prices</span>
        </button>
      </fieldset>
    </form>
  )
}

/** Returns the last value that is not null: the currency is the same while another list loads. */
function useLast<T>(value: T | null): T | null {
  const [last, setLast] = useState(value)
  if (value !== null && value !== last) setLast(value)
  return value ?? last
}

interface AmountProps {
  name: string
  value: string
  hint: string
  problem: string | undefined
  children: ReactNode
}

function Amount({ name, value, hint, problem, children }: AmountProps) {
  const id = useId()
  return (
    <div className="max-w-60">
      <div className="flex items-center gap-2">
        <label htmlFor={id}>{children}</label>
        <input
          id={id}
          name={name}
          className="field !w-[5.5rem] !rounded-full sm:!w-28"
          inputMode="decimal"
          autoComplete="off"
          defaultValue={value}
          placeholder={hint}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
        />
      </div>
      <p
        id={`${id}-problem`}
        role="alert"
        className="mt-1 text-sm font-medium text-danger empty:hidden"
      >
        {problem}
      </p>
    </div>
  )
}

function InStock({
  search,
  count,
  disabled,
}: {
  search: CatalogueSearch
  count: number | undefined
  disabled: boolean
}) {
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
