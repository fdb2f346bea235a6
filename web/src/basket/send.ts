import type { Client } from '@urql/core'
import type { ChangeBasketMutation } from '../gql/graphql'
import { apiOf } from '../graphql/api'
import { ChangeBasket } from './documents'
import type { Change, Outcome, Refusal } from './queue'

type Payload = NonNullable<ChangeBasketMutation['changeOrderItems']>

/** With keepalive, the request also reaches the server if the visitor leaves the page. */
const outliving: RequestInit = { credentials: 'same-origin', keepalive: true }

/**
 * sendChanges changes the basket on the server and returns the refusals in the visitor's words. If
 * the server has seen the key before, an earlier request has made the change and its answer was
 * lost. A request that only sets quantities needs no key.
 */
export async function sendChanges(
  client: Client,
  changes: Change[],
  key: string,
): Promise<Outcome> {
  const adds = changes.some(({ action }) => action === 'ADD')
  const variables = { changes, key: adds ? key : undefined }
  const { value, fault } = await apiOf(client).mutate(ChangeBasket, variables, {
    fetchOptions: outliving,
  })
  if (fault) return { fault }
  return {
    refusals: value.errors.flatMap((error) =>
      error.__typename === 'IdempotencyKeyReused' ? [] : refusal(error),
    ),
  }
}

function refusal(
  error: Exclude<Payload['errors'][number], { __typename: 'IdempotencyKeyReused' }>,
): Refusal {
  switch (error.__typename) {
    case 'QuantityOutOfRange':
      return {
        productId: error.productId,
        message: `One order holds at most ${error.maximumQuantity} of this.`,
      }
    case 'ProductNotFound':
      return { productId: error.productId, message: 'This is no longer on sale.' }
    case 'InvalidInput':
    case 'OrderNotFound':
    case 'OrderNotEditable':
    case 'VersionConflict':
    case 'TooManyDrafts':
      return { message: error.message }
  }
}
