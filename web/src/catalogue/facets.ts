import { graphql } from '../gql'
import type { FacetsQuery } from '../gql/graphql'
import { useRegion, type RegionQuery } from '../regions/useRegion'
import { filterOf, type CatalogueSearch } from './search'

const FacetsDocument = graphql(`
  query Facets($filter: ProductFilter) {
    products(first: 0, filter: $filter) {
      totalCount
      facets {
        ...CategoryCountsParts
        ...FiltersParts
      }
    }
  }
`)

/**
 * How many there are, and what the list could be narrowed to: the same on each of its pages, in
 * any order.
 */
export function useFacets(
  search: CatalogueSearch,
): RegionQuery<NonNullable<FacetsQuery['products']>> {
  return useRegion({
    query: FacetsDocument,
    variables: { filter: filterOf(search) },
    root: 'products',
  })
}
