import type { ProductFilter, ProductSort } from '../gql/graphql'

/** What the address of the catalogue says; what it does not say is left out of the address. */
export interface CatalogueSearch {
  q?: string
  category?: string
  sort?: ProductSort
}

export const sorts: Record<ProductSort, string> = {
  NAME_ASC: 'Name, A to Z',
  NAME_DESC: 'Name, Z to A',
  PRICE_ASC: 'Price, low to high',
  PRICE_DESC: 'Price, high to low',
  NEWEST: 'Newest first',
}

/** Anything odd in the address is as if it were not there. */
export function catalogueSearch(input: Record<string, unknown>): CatalogueSearch {
  const search: CatalogueSearch = {}
  const q = words(input['q'])
  const category = words(input['category'])
  const sort = input['sort']
  if (q) search.q = q
  if (category) search.category = category
  if (typeof sort === 'string' && Object.hasOwn(sorts, sort) && sort !== 'NAME_ASC') search.sort = sort as ProductSort
  return search
}

export function filterOf({ q, category }: CatalogueSearch): ProductFilter | null {
  return q || category ? { search: q ?? null, category: category ?? null } : null
}

/** The address's parser makes numbers of digits. */
function words(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value.trim().slice(0, 100) : ''
}
