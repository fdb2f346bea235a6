import { graphql } from '../gql'
import type { ProductFilter, ProductSort, ShelfQuery } from '../gql/graphql'
import { useRegion, type RegionQuery } from '../regions/useRegion'
import { dataOf, faultIn } from '../regions/region'
import { Notice } from '../ui/Notice'
import { ProductCard } from './ProductCard'

const ShelfDocument = graphql(`
  query Shelf($first: Int!, $after: String, $filter: ProductFilter, $sort: ProductSort!) {
    products(first: $first, after: $after, filter: $filter, sort: $sort) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        ...ProductCardParts
      }
    }
  }
`)

const pageSize = 24
const aboveTheFold = 8

export interface ShelfOf {
  filter: ProductFilter | null
  sort: ProductSort
}

type Products = NonNullable<ShelfQuery['products']>

/** One page of the catalogue, after a cursor. Each is a region of its own, with its own fate. */
export function useShelf({ filter, sort }: ShelfOf, after: string | null): RegionQuery<Products> {
  return useRegion({ query: ShelfDocument, variables: { first: pageSize, after, filter, sort }, root: 'products' })
}

/** The first page, and those that the visitor asked for since. */
export function Shelf({ of, first, cursors, onMore }: {
  of: ShelfOf
  first: RegionQuery<Products>
  cursors: readonly string[]
  onMore: (cursor: string) => void
}) {
  return (
    <>
      <Page query={first} last={cursors.length === 0} onMore={onMore} top />
      {cursors.map((cursor, index) => (
        <LaterPage key={cursor} of={of} after={cursor} last={index === cursors.length - 1} onMore={onMore} />
      ))}
    </>
  )
}

function LaterPage({ of, after, last, onMore }: { of: ShelfOf; after: string; last: boolean; onMore: (cursor: string) => void }) {
  return <Page query={useShelf(of, after)} last={last} onMore={onMore} />
}

interface PageProps {
  query: RegionQuery<Products>
  last: boolean
  top?: boolean
  onMore: (cursor: string) => void
}

function Page({ query: { region, fetching, retry }, last, top = false, onMore }: PageProps) {
  const fault = faultIn(region)
  const products = dataOf(region)
  return (
    <>
      {fault && (
        <div className="mb-6">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {products ? 'The catalogue cannot be reached just now: these are its products as last seen.' : 'The catalogue cannot be reached just now, so its products are not shown.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Cards />}
      {products && products.nodes.length > 0 && (
        <ul className={grid}>
          {products.nodes.map((product, index) => (
            <ProductCard key={product.id} of={product} eager={top && index < aboveTheFold} />
          ))}
        </ul>
      )}
      {last && products?.pageInfo.hasNextPage && <More onClick={() => onMore(products.pageInfo.endCursor ?? '')} />}
    </>
  )
}

const grid = 'mb-10 grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 sm:gap-y-10 md:grid-cols-3 lg:grid-cols-4'

function More({ onClick }: { onClick: () => void }) {
  return (
    <p className="text-center">
      <button type="button" className="button button-quiet" onClick={onClick}>
        Show more
      </button>
    </p>
  )
}

function Cards() {
  return (
    <div aria-busy="true">
      <span className="sr-only">Loading products</span>
      <div className={grid} aria-hidden="true">
        {Array.from({ length: aboveTheFold }, (_, index) => (
          <div key={index}>
            <div className="bone aspect-square !rounded-2xl" />
            <div className="bone mt-4 h-4 w-3/4" />
            <div className="bone mt-3 h-4 w-1/3" />
          </div>
        ))}
      </div>
    </div>
  )
}
