import { cacheExchange, type Cache, type CacheExchangeOpts } from '@urql/exchange-graphcache'
import { BasketParts } from '../basket/documents'
import { unmask } from '../gql'
import type { ChangeBasketMutation, PlaceOrderMutation } from '../gql/graphql'
import { embeddedTypes, possibleTypes } from '../gql/shape'

const options: Partial<CacheExchangeOpts> = {
  keys: Object.fromEntries(embeddedTypes.map((type) => [type, () => null])),
  possibleTypes,
  updates: {
    Mutation: {
      changeOrderItems: (result, _variables, cache) => {
        const payload = (result as ChangeBasketMutation).changeOrderItems
        if (payload?.order) showAsBasket(cache, unmask(BasketParts, payload.order))
      },
      placeOrder: (result, _variables, cache) => {
        const payload = (result as PlaceOrderMutation).placeOrder
        if (!payload?.order || payload.errors.length > 0) return
        forget(cache, 'basket')
        forget(cache, 'orders')
      },
    },
  },
}

/** The draft that the server changed last is the basket, also if there was none before. */
function showAsBasket(cache: Cache, order: { id: string }): void {
  cache.link('Query', 'basket', { __typename: 'Order', id: order.id })
}

/** Removes a field from the cache, so that it is fetched again where it is shown. */
function forget(cache: Cache, field: string): void {
  for (const { fieldName, arguments: variables } of cache.inspectFields('Query')) {
    if (fieldName === field) cache.invalidate('Query', fieldName, variables)
  }
}

export const normalising = () => cacheExchange(options)
