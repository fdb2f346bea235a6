import { useEffect, useState } from 'react'
import { useServices } from '../services/services'
import { graphql } from '../gql'
import type { PlaceOrderMutation } from '../gql/graphql'
import type { Api } from '../graphql/api'
import { useAction } from '../graphql/useAction'
import type { Fault } from '../regions/fault'
import { useAutoRetry } from '../regions/useAutoRetry'
import { outcomeOf, type Outcome, type Placement, type Placing } from './placing'

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

const PlacedOrder = graphql(`
  query PlacedOrder($id: ID!) {
    order(id: $id) {
      id
      status
      version
      problems {
        ... on UserError {
          message
        }
      }
    }
  }
`)

type Refusal = NonNullable<PlaceOrderMutation['placeOrder']>['errors'][number]

interface Result {
  /** `unknown` until a request is answered; undefined if there is nothing to place. */
  outcome: Outcome | undefined
  /** Why the order is not placed, in the visitor's words. */
  message: string
  /** Why the latest request was not answered. */
  fault?: Fault | undefined
}

export interface PlaceOrder extends Result {
  isPending: boolean
  place: (order: Placement) => void
  /** Looks the order up again. */
  look: () => void
}

const nothing: Result = { outcome: undefined, message: '' }

/**
 * usePlaceOrder places the order once, even if the button is pressed again or an answer is lost. If
 * an answer was lost, also before a reload, it looks the order up until the outcome is known. It
 * calls `placed` with the order's id when the order is placed, and `changed` when the basket may
 * have changed.
 */
export function usePlaceOrder(placed: (id: string) => void, changed: () => void): PlaceOrder {
  const { tabs, placing } = useServices()
  const [atStart] = useState<Result>(() => ({
    ...nothing,
    outcome: placing.isOpen() ? 'unknown' : undefined,
  }))
  const action = useAction(async (api, order?: Placement): Promise<Result> => {
    const attempt = order ?? placing.open()
    if (!attempt) return nothing
    const result = await (order ? placeOrder(api, placing, order) : lookUp(api, attempt))
    if (result.outcome === 'unknown') return result
    if (result.outcome !== 'open') placing.settle()
    tabs.tell('basket')
    changed()
    if (result.outcome === 'placed') placed(attempt.orderId)
    return result
  })
  const { isPending, outcome: latest = atStart, run } = action
  const isUnknown = latest.outcome === 'unknown'
  const look = () => void run()

  // An answer is lost, or the page was reloaded while the outcome was unknown.
  useEffect(() => {
    if (isUnknown) queueMicrotask(() => void run())
  }, [isUnknown, run])
  useAutoRetry(isUnknown, look)
  const shown = isPending && !isUnknown ? nothing : latest
  return { ...shown, isPending, look, place: (order) => void run(order) }
}

/** Places the order with the key of its attempt. */
export async function placeOrder(api: Api, placing: Placing, order: Placement): Promise<Result> {
  const { orderId, version, key } = placing.begin(order)
  const input = { orderId, expectedVersion: version, idempotencyKey: key }
  const { value, fault } = await api.mutate(PlaceOrder, { input })
  if (fault) return { outcome: 'unknown', message: '', fault }
  // An order that cannot be edited may be placed, by a request whose answer was lost.
  if (value.errors.some(({ __typename }) => __typename === 'OrderNotEditable')) {
    return lookUp(api, order)
  }
  return {
    outcome: value.errors.length > 0 ? 'refused' : 'placed',
    message: value.errors.map(told).join(' '),
  }
}

/** Looks up whether the order is placed. */
export async function lookUp(api: Api, order: Placement): Promise<Result> {
  const { value: found, fault } = await api.fetch(PlacedOrder, { id: order.orderId })
  if (fault) return { outcome: 'unknown', message: '', fault }
  const message = found?.problems.map(({ message }) => message).join(' ') ?? ''
  return { outcome: outcomeOf(order, found), message }
}

function told(refusal: Refusal): string {
  switch (refusal.__typename) {
    case 'VersionConflict':
      return 'The basket has changed in the meantime. Please check it and order again.'
    case 'OrderEmpty':
      return 'There is nothing in the basket to order.'
    case 'OrderNotEditable':
      return 'This basket is already ordered. You find it among your orders.'
    case 'ProductUnavailable':
      return 'Something in the basket is no longer on sale. Please remove it and order again.'
    default:
      return refusal.message
  }
}
