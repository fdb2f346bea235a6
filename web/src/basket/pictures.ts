import { graphql } from '../gql'
import type { BasketPicturesQuery } from '../gql/graphql'
import type { Fault } from '../regions/fault'
import { dataOf, faultIn, type Region } from '../regions/region'
import { useRegion } from '../regions/useRegion'

const BasketPicturesDocument = graphql(`
  query BasketPictures {
    basket {
      id
      items {
        id
        product {
          id
          ...LiveProductParts
        }
      }
    }
  }
`)

type Basket = NonNullable<BasketPicturesQuery['basket']>
export type LiveProduct = NonNullable<Basket['items'][number]['product']>

export interface LiveProducts {
  of: (itemId: string) => LiveProduct | undefined
  /** Why products are missing. */
  fault: Fault | undefined
  retry: () => void
  fetching: boolean
}

/** Fetches the products of the basket's lines. The lines show without them. */
export function useLiveProducts(pause: boolean): LiveProducts {
  const { region, retry, fetching } = useRegion({
    query: BasketPicturesDocument,
    variables: {},
    root: 'basket',
    pause,
  })
  const products = byItem(region)
  return {
    of: (itemId) => products.get(itemId),
    fault: pause ? undefined : faultIn(region),
    retry,
    fetching,
  }
}

function byItem(region: Region<Basket>): Map<string, LiveProduct> {
  const items = dataOf(region)?.items ?? []
  return new Map(items.flatMap(({ id, product }) => (product ? [[id, product] as const] : [])))
}
