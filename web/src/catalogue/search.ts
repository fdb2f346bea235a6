import type { ProductFilter, ProductSort } from '../gql/graphql'

/** What the address of the catalogue says; what it does not say is left out of the address. */
export interface CatalogueSearch {
  q?: string
  category?: string
  /** The lowest and the highest price, in minor units. */
  from?: number
  to?: number
  /** Only what can be ordered now. */
  stock?: true
  sort?: ProductSort
  /** From the second on. */
  page?: number
}

export const sorts: Record<ProductSort, string> = {
  NAME_ASC: 'Name, A to Z',
  NAME_DESC: 'Name, Z to A',
  PRICE_ASC: 'Price, low to high',
  PRICE_DESC: 'Price, high to low',
  NEWEST: 'Newest first',
}

/** Reads the address. Invalid values are left out. */
export function catalogueSearch(input: Record<string, unknown>): CatalogueSearch {
  const sort = input['sort']
  const page = whole(input['page'])
  return tidy({
    q: words(input['q']),
    category: words(input['category']),
    from: whole(input['from']),
    to: whole(input['to']),
    stock: input['stock'] === true ? true : undefined,
    sort:
      typeof sort === 'string' && Object.hasOwn(sorts, sort) && sort !== 'NAME_ASC'
        ? (sort as ProductSort)
        : undefined,
    page: page !== undefined && page > 1 ? page : undefined,
  })
}

type Change = { [Key in keyof CatalogueSearch]?: CatalogueSearch[Key] | undefined }

/** The same search but for a change, from its first page. */
export const changed = (now: CatalogueSearch, change: Change): CatalogueSearch =>
  tidy({ ...now, page: undefined, ...change })

/** Whether a text has a letter or a digit: the search finds words and nothing else. */
export const hasWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text.normalize('NFKD'))

/** Whether anything but words and category narrows the list. */
export const narrowed = ({ from, to, stock }: CatalogueSearch): boolean =>
  from !== undefined || to !== undefined || stock === true

export function filterOf({ q, category, from, to, stock }: CatalogueSearch): ProductFilter {
  return {
    search: q ?? null,
    category: category ?? null,
    priceFrom: from ?? null,
    priceTo: to ?? null,
    inStock: stock ?? null,
  }
}

function tidy(search: Change): CatalogueSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]: [string, unknown]) => value !== undefined),
  )
}

/** The address's parser makes numbers of digits. */
function words(value: unknown): string | undefined {
  const text =
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return text.slice(0, 100) || undefined
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
