import { Attempts } from '../graphql/attempts'
import type { OwnedStorage } from '../storage/ownedStorage'

/** An order to place, as the visitor saw it. */
export type Placement = { orderId: string; version: number }

/**
 * The order as the server has it; undefined when it does not answer, null when there is no such
 * order.
 */
export type Found = { status: string; version: number } | null | undefined

/** `open`: the order is still the same draft, and the same key can place it. */
export type Outcome = 'unknown' | 'open' | 'placed' | 'refused'

/**
 * Placing stores the placement whose outcome is unknown. To the server, another version is another
 * order.
 */
export class Placing extends Attempts<Placement> {
  constructor(storage: OwnedStorage) {
    super(
      storage,
      'placing',
      ({ orderId, version }) => typeof orderId === 'string' && Number.isInteger(version),
    )
  }
}

/**
 * outcomeOf returns the outcome of the attempt to place an order, by the state of the order now.
 */
export function outcomeOf({ version }: Placement, found: Found): Outcome {
  if (found === undefined) return 'unknown'
  if (found === null) return 'refused'
  if (found.status !== 'DRAFT') return 'placed'
  return found.version === version ? 'open' : 'refused'
}
