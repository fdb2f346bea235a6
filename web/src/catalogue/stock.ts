import type { StockStatus } from '../gql/graphql'

/** Returns a hint about the stock, or nothing if there is enough. */
export function stockHint(status: StockStatus): string | undefined {
  switch (status) {
    case 'IN_STOCK':
      return undefined
    case 'LOW_STOCK':
      return 'Only a few left'
    case 'OUT_OF_STOCK':
      return 'Sold out'
  }
}
