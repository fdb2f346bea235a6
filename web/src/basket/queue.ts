import { newKey } from '../graphql/key'
import { mayPass, type Fault } from '../regions/fault'
import type { Batch, LocalLine } from './localBasket'

/** A change of one product's quantity that the visitor wants: set it, or add to it. */
interface Wish {
  action: 'ADD' | 'SET'
  quantity: number
  title: string
  /** How many of the pieces are additions. */
  added: number
}

export interface Change {
  action: 'ADD' | 'SET'
  productId: string
  quantity: number
}

/** A change that the server refused. */
export interface Refusal {
  productId?: string | undefined
  message: string
}

export type Outcome = { refusals: readonly Refusal[] } | { fault: Fault }

export interface QueueState {
  /** Changes that the server has not answered yet, by product. */
  open: ReadonlyMap<string, Wish>
  /** Pieces that the server has added since the page was loaded, by product. */
  added: ReadonlyMap<string, number>
  /** The message about the last change that failed. */
  message: string
}

interface Collaborators {
  send: (changes: Change[], key: string) => Promise<Outcome>
  /** Stores additions without an answer. */
  keep: (batch: Batch) => void
}

const settling = 300

/**
 * BasketQueue sends the visitor's changes, one request at a time. Changes that are made during a
 * request, or within 300 ms after the last click on a stepper, go in the next request. The page
 * shows them at once; only the server computes money.
 */
export class BasketQueue {
  #waiting = new Map<string, Wish>()
  #sent = new Map<string, Wish>()
  #state: QueueState = { open: new Map(), added: new Map(), message: '' }
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #collaborators: Collaborators
  readonly #listeners = new Set<() => void>()

  constructor(collaborators: Collaborators) {
    this.#collaborators = collaborators
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  snapshot = (): QueueState => this.#state

  add({ productId, quantity, title }: LocalLine): void {
    const waiting = this.#waiting.get(productId)
    const wish = { action: 'ADD' as const, quantity, title, added: quantity }
    this.#waiting.set(productId, waiting ? joined(waiting, wish) : wish)
    this.#show('')
    this.#flushAfter(0)
  }

  /** 0 removes. */
  set({ productId, quantity, title }: LocalLine): void {
    this.#waiting.set(productId, { action: 'SET', quantity, title, added: 0 })
    this.#show('')
    this.#flushAfter(settling)
  }

  /** Sends now, because the page is being left. */
  hurry = (): void => {
    clearTimeout(this.#timer)
    void this.#flush()
  }

  #flushAfter(delay: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#flush(), delay)
  }

  async #flush(): Promise<void> {
    if (this.#sent.size > 0 || this.#waiting.size === 0) return
    this.#sent = this.#waiting
    this.#waiting = new Map()
    const changes = [...this.#sent].map(([productId, { action, quantity }]) => ({
      productId,
      action,
      quantity,
    }))
    const key = newKey()
    const outcome = await this.#collaborators.send(changes, key)

    const sent = this.#sent
    this.#sent = new Map()
    this.#show(
      'fault' in outcome
        ? this.#unanswered(sent, key, outcome.fault)
        : this.#answered(sent, outcome.refusals),
    )
    await this.#flush()
  }

  /** The server makes all changes or none, so those that it did not refuse are sent again. */
  #answered(sent: Map<string, Wish>, refusals: readonly Refusal[]): string {
    if (refusals.length === 0) {
      this.#count(sent)
      return this.#state.message
    }
    const refused = new Set(refusals.map(({ productId }) => productId))
    for (const [productId, wish] of sent) {
      const innocent = !refused.has(productId) && !refused.has(undefined)
      const newer = this.#waiting.get(productId)
      if (innocent && newer?.action !== 'SET')
        this.#waiting.set(productId, newer ? joined(wish, newer) : wish)
    }
    return refusals.map(({ message }) => message).join(' ')
  }

  /**
   * Additions are sent again, with the key that prevents a second addition. Quantities are not:
   * setting one again could undo a later change of another tab.
   */
  #unanswered(sent: Map<string, Wish>, key: string, fault: Fault): string {
    const added = [...sent].filter(([, { action }]) => action === 'ADD')
    const kept = mayPass(fault) && added.length > 0
    if (kept)
      this.#collaborators.keep({
        key,
        lines: added.map(([productId, { quantity, title }]) => ({ productId, quantity, title })),
      })
    if (kept && added.length === sent.size) return ''
    return 'The basket did not answer. Please check its contents.'
  }

  #count(sent: Map<string, Wish>): void {
    const added = new Map(this.#state.added)
    for (const [productId, wish] of sent)
      added.set(productId, (added.get(productId) ?? 0) + wish.added)
    this.#state = { ...this.#state, added }
  }

  #show(message: string): void {
    const open = new Map(this.#sent)
    for (const [productId, wish] of this.#waiting) {
      const older = open.get(productId)
      open.set(productId, older && wish.action === 'ADD' ? joined(older, wish) : wish)
    }
    this.#state = { ...this.#state, open, message }
    this.#listeners.forEach((listener) => listener())
  }
}

/** Returns a wish with a later addition. */
const joined = (wish: Wish, more: Wish): Wish => ({
  ...wish,
  quantity: wish.quantity + more.quantity,
  added: wish.added + more.added,
})

/** The quantity to show for a line while its wish is open. */
export function wished(wish: Wish | undefined, held: number): number {
  if (!wish) return held
  return wish.action === 'SET' ? wish.quantity : held + wish.quantity
}
