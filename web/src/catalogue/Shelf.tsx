import { graphql } from '../gql'
import type { ShelfQuery } from '../gql/graphql'
import { useRegion, type RegionQuery } from '../regions/useRegion'
import { dataOf, faultIn } from '../regions/region'
import { Notice } from '../ui/Notice'
import { PageLinks } from './PageLinks'
import { ProductCard } from './ProductCard'
import { filterOf, type CatalogueSearch } from './search'

const ShelfDocument = graphql(`
  query Shelf($first: Int!, $page: Int!, $filter: ProductFilter, $sort: ProductSort!) {
    products(first: $first, page: $page, filter: $filter, sort: $sort) {
      pageCount
      nodes {
        id
        ...ProductCardParts
      }
    }
  }
`)

const pageSize = 24
const aboveTheFold = 8
// The server finds pages by their number in the first 10,000 products.
const lastPage = Math.floor(10_000 / pageSize)

type Products = NonNullable<ShelfQuery['products']>

const pageOf = (search: CatalogueSearch) => Math.min(search.page ?? 1, lastPage)

/** The page of the catalogue that the address names. */
export function useShelf(search: CatalogueSearch): RegionQuery<Products> {
  const variables = {
    first: pageSize,
    page: pageOf(search),
    filter: filterOf(search),
    sort: search.sort ?? ('NAME_ASC' as const),
  }
  return useRegion({ query: ShelfDocument, variables, root: 'products' })
}

export function Shelf({
  of: { region, fetching, retry },
  search,
}: {
  of: RegionQuery<Products>
  search: CatalogueSearch
}) {
  const fault = faultIn(region)
  const products = dataOf(region)
  return (
    <>
      {fault && (
        <div className="mb-6">
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {products
              ? 'The catalogue is unavailable right now. These products may be out of date.'
              : 'The catalogue is unavailable right now, so its products are not shown.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Cards />}
      {products && products.nodes.length > 0 && (
        <ul className={grid}>
          {products.nodes.map((product, index) => (
            <ProductCard key={product.id} of={product} eager={index < aboveTheFold} />
          ))}
        </ul>
      )}
      {products && products.pageCount > 0 && products.nodes.length === 0 && (
        <p className="py-10 text-center text-lg">The list has fewer pages.</p>
      )}
      {products && <PageLinks page={pageOf(search)} of={products.pageCount} />}
    </>
  )
}

const grid =
  'mb-10 grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 sm:gap-y-10 md:grid-cols-3 lg:grid-cols-4'

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
