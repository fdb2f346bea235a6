import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { dataOf } from '../regions/region'
import { Heading } from '../ui/Heading'
import { Categories } from './Categories'
import { filterOf, type CatalogueSearch } from './search'
import { Shelf, useShelf } from './Shelf'
import { Toolbar } from './Toolbar'

/** The catalogue: aisles, search, sort, and the shelf. */
export function HomePage() {
  const search = useSearch({ from: '/' })
  return (
    <>
      <div className="mb-8 max-w-2xl sm:mt-4 sm:mb-10">
        <Heading title="Trefoil">Good things, plainly made</Heading>
        <p className="mt-3 text-lg text-muted">Look around, fill a basket, take your time.</p>
      </div>
      <div className="mb-8">
        <Categories current={search.category} />
      </div>
      <Found search={search} />
    </>
  )
}

function Found({ search }: { search: CatalogueSearch }) {
  const key = JSON.stringify(search)
  const of = { filter: filterOf(search), sort: search.sort ?? ('NAME_ASC' as const) }
  const first = useShelf(of, null)
  const [more, setMore] = useState<{ key: string; cursors: readonly string[] }>({ key, cursors: [] })
  const cursors = more.key === key ? more.cursors : []
  const count = dataOf(first.region)?.totalCount
  const unavailable = first.region.state === 'degraded' || first.region.state === 'stale'
  return (
    <>
      <Toolbar search={search} disabled={unavailable} />
      <h2 className="sr-only">Products</h2>
      <p role="status" className="mt-4 mb-6 min-h-6 text-sm text-muted">
        {count !== undefined && (count === 1 ? '1 product' : `${count} products`)}
        {search.q && ` for “${search.q}”`}
      </p>
      {count === 0 && (
        <p className="py-10 text-center text-lg">
          Nothing found.{' '}
          <Link to="/" className="link">
            Show everything
          </Link>
        </p>
      )}
      <Shelf of={of} first={first} cursors={cursors} onMore={(cursor) => setMore({ key, cursors: [...cursors, cursor] })} />
    </>
  )
}
