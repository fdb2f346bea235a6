import { useCallback, useState } from 'react'
import { useClient } from 'urql'
import { useServices } from '../app/services'
import { graphql } from '../gql'
import type { PlaceOrderMutation } from '../gql/graphql'
import { faultsOf, type Fault } from '../regions/fault'
import { dropKey, keyFor } from './placing'

const PlaceOrder = graphql(`
  mutation PlaceOrder($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      order {
        id
        status
      }
      errors {
        __typename
        ... on UserError {
          message
        }
        ... on VersionConflict {
          order {
            ...BasketParts
          }
        }
      }
    }
  }
`)

type Refusal = NonNullable<PlaceOrderMutation['placeOrder']>['errors'][number]

export interface Placing {
  busy: boolean
  /** Why the order is not placed, in the visitor's words. */
  message: string
  fault: Fault | undefined
  /** Answers the placed order's id. */
  place: (orderId: string, version: number) => Promise<string | undefined>
}

/** Places the order once, however often the button is pressed and whatever gets lost on the way. */
export function usePlaceOrder(): Placing {
  const client = useClient()
  const { tabs } = useServices()
  const [state, setState] = useState<Omit<Placing, 'place'>>({ busy: false, message: '', fault: undefined })

  const place = useCallback(
    async (orderId: string, expectedVersion: number) => {
      setState({ busy: true, message: '', fault: undefined })
      const idempotencyKey = keyFor(orderId, expectedVersion, sessionStorage)
      const input = { orderId, expectedVersion, idempotencyKey }
      const { data, error } = await client.mutation(PlaceOrder, { input }).toPromise()
      const payload = data?.placeOrder
      const refusals = payload?.errors ?? []
      const [refusal] = refusals
      setState({ busy: false, message: refusals.map(told).join(' '), fault: payload ? undefined : faultsOf(error)[0] })
      if (!payload?.order || refusal) {
        if (payload?.order) tabs.tell('basket') // it is a draft again, and says why
        return undefined
      }

      dropKey(sessionStorage)
      tabs.tell('basket')
      return payload.order.id
    },
    [client, tabs],
  )
  return { ...state, place }
}

function told(refusal: Refusal): string {
  switch (refusal.__typename) {
    case 'VersionConflict':
      return 'The basket has changed meanwhile. This is how it is now: please look it over and order again.'
    case 'OrderEmpty':
      return 'There is nothing in the basket to order.'
    case 'OrderNotEditable':
      return 'This basket is ordered already: look among your orders.'
    case 'ProductUnavailable':
      return 'Something in the basket is no longer on sale. Please remove it and order again.'
    default:
      return refusal.message
  }
}
