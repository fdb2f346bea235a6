import type { StockStatus } from '../gql/graphql'

/** What a visitor wants to know of the stock; nothing while there is enough. */
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
