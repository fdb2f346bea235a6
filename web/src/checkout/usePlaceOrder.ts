import { useCallback, useEffect, useState } from 'react'
import { useClient } from 'urql'
import { useServices } from '../services/services'
import { graphql } from '../gql'
import type { PlaceOrderMutation } from '../gql/graphql'
import { faultsOf, type Fault } from '../regions/fault'
import { useAutoRetry } from '../regions/useAutoRetry'
import { outcomeOf, type Attempt, type Outcome } from './placing'

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

interface State {
  busy: boolean
  /** Why the order is not placed, in the visitor's words. */
  message: string
  /** Of the latest request that was not answered. */
  fault: Fault | undefined
  /** The state of the order that the visitor wants to place; undefined when there is no such order. */
  outcome: Outcome | undefined
}

export interface PlaceOrder extends State {
  place: (orderId: string, version: number) => void
  /** Looks the order up again. */
  look: () => void
}

/**
 * usePlaceOrder places the order once, even if the button is pressed again or an answer is lost. When an answer was
 * lost, also before a reload, it looks the order up until the outcome is known. It calls `placed` with the order's id
 * when the order is placed, and `changed` when the basket may have changed.
 */
export function usePlaceOrder(placed: (id: string) => void, changed: () => void): PlaceOrder {
  const client = useClient()
  const { tabs, placing } = useServices()
  const [state, setState] = useState<State>(() => ({
    ...{ busy: false, message: '', fault: undefined },
    outcome: placing.open() && 'unknown',
  }))

  const finish = useCallback(
    (outcome: Outcome, attempt: Attempt, message: string) => {
      if (outcome !== 'open') placing.settle()
      setState({
        busy: false,
        message,
        fault: undefined,
        outcome: outcome === 'open' ? 'open' : undefined,
      })
      tabs.tell('basket')
      changed()
      if (outcome === 'placed') placed(attempt.orderId)
    },
    [placing, tabs, changed, placed],
  )
  const look = useCallback(async () => {
    const attempt = placing.open()
    if (!attempt) return
    setState((before) => ({ ...before, busy: true }))
    const { data, error } = await client
      .query(PlacedOrder, { id: attempt.orderId }, { requestPolicy: 'network-only' })
      .toPromise()
    const [fault] = faultsOf(error)
    const outcome = outcomeOf(attempt, fault ? undefined : data?.order)
    if (outcome === 'unknown') setState({ busy: false, message: '', fault, outcome })
    else
      finish(
        outcome,
        attempt,
        (data?.order?.problems ?? []).map(({ message }) => message).join(' '),
      )
  }, [client, placing, finish])
  const send = useCallback(
    async (orderId: string, expectedVersion: number) => {
      const attempt = placing.begin(orderId, expectedVersion)
      setState({ busy: true, message: '', fault: undefined, outcome: undefined })
      const input = { orderId, expectedVersion, idempotencyKey: attempt.key }
      const { data, error } = await client.mutation(PlaceOrder, { input }).toPromise()
      const payload = data?.placeOrder
      if (!payload) {
        setState({ busy: false, message: '', fault: faultsOf(error)[0], outcome: 'unknown' })
        return look()
      }
      if (payload.errors.some(({ __typename }) => __typename === 'OrderNotEditable')) return look() // it may be placed
      finish(
        payload.errors.length > 0 ? 'refused' : 'placed',
        attempt,
        payload.errors.map(told).join(' '),
      )
    },
    [client, placing, look, finish],
  )

  // The page was reloaded while the outcome was unknown.
  useEffect(() => {
    if (placing.open()) queueMicrotask(() => void look())
  }, [placing, look])
  useAutoRetry(state.outcome === 'unknown' && !state.busy, () => void look())
  return { ...state, place: (...order) => void send(...order), look: () => void look() }
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
