import { newKey } from '../graphql/key'
import type { OwnedStorage } from '../storage/ownedStorage'

const name = 'placing'

/** An order that somebody has asked to place, until it is known what became of it. */
export interface Attempt {
  orderId: string
  version: number
  key: string
}

/** The order as the server has it; undefined when it does not answer, null when there is no such order. */
export type Found = { status: string; version: number } | null | undefined

/** `open`: the order is still the same draft, and the same key can place it. */
export type Outcome = 'unknown' | 'open' | 'placed' | 'refused'

/**
 * Placing holds the attempt whose outcome is not known. The same version of the same order has the same key until then, also
 * after a reload, so that an order whose answer was lost is not placed twice.
 */
export class Placing {
  readonly #storage: OwnedStorage
  readonly #listeners = new Set<() => void>()

  constructor(storage: OwnedStorage) {
    this.#storage = storage
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  isOpen = (): boolean => this.open() !== undefined

  /** The attempt whose outcome is not known. */
  open(): Attempt | undefined {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(name) ?? 'null')
      return isAttempt(value) ? value : undefined
    } catch {
      return undefined
    }
  }

  /** Another version is another order to the server, and gets another key. */
  begin(orderId: string, version: number): Attempt {
    const held = this.open()
    if (held?.orderId === orderId && held.version === version) return held
    const attempt: Attempt = { orderId, version, key: newKey() }
    this.#storage.setItem(name, JSON.stringify(attempt))
    this.#notify()
    return attempt
  }

  settle(): void {
    this.#storage.removeItem(name)
    this.#notify()
  }

  #notify(): void {
    this.#listeners.forEach((listener) => listener())
  }
}

/** outcomeOf returns the outcome of the attempt to place an order, by the state of the order now. */
export function outcomeOf({ version }: Attempt, found: Found): Outcome {
  if (found === undefined) return 'unknown'
  if (found === null) return 'refused'
  if (found.status !== 'DRAFT') return 'placed'
  return found.version === version ? 'open' : 'refused'
}

function isAttempt(value: unknown): value is Attempt {
  const attempt = value as Partial<Attempt> | null
  return (
    typeof attempt?.orderId === 'string' &&
    typeof attempt.key === 'string' &&
    Number.isInteger(attempt.version)
  )
}
