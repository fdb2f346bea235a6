import type { OwnedStorage, ValueName } from '../storage/ownedStorage'
import { newKey } from './key'

/** An attempt is what a mutation asks for, and the idempotency key with which it is sent. */
export type Attempt<Content> = Content & { key: string }

/**
 * Attempts stores the attempt whose outcome is unknown. Until the outcome is known, the same
 * content has the same key, also after a reload, so the server carries it out once even if its
 * answer is lost and the visitor tries again. Other content has another key.
 */
export class Attempts<Content extends Record<string, string | number>> {
  readonly #storage: OwnedStorage
  readonly #name: ValueName
  readonly #isContent: (value: Partial<Record<string, unknown>>) => boolean
  readonly #listeners = new Set<() => void>()

  /**
   * `isContent` reports whether a stored value has the content: others may write to the storage.
   */
  constructor(
    storage: OwnedStorage,
    name: ValueName,
    isContent: (value: Partial<Record<string, unknown>>) => boolean,
  ) {
    this.#storage = storage
    this.#name = name
    this.#isContent = isContent
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  isOpen = (): boolean => this.open() !== undefined

  /** Returns the attempt whose outcome is unknown. */
  open(): Attempt<Content> | undefined {
    try {
      const value = JSON.parse(this.#storage.getItem(this.#name) ?? 'null') as Partial<
        Record<string, unknown>
      > | null
      const isAttempt = value && typeof value['key'] === 'string' && this.#isContent(value)
      return isAttempt ? (value as Attempt<Content>) : undefined
    } catch {
      return undefined
    }
  }

  /** Returns the open attempt if it has the same content, or stores a new one. */
  begin(content: Content): Attempt<Content> {
    const held = this.open()
    if (held && Object.entries(content).every(([name, value]) => held[name] === value)) return held
    const attempt: Attempt<Content> = { ...content, key: newKey() }
    this.#storage.setItem(this.#name, JSON.stringify(attempt))
    this.#notify()
    return attempt
  }

  /** Removes the attempt: its outcome is known. */
  settle(): void {
    this.#storage.removeItem(this.#name)
    this.#notify()
  }

  #notify(): void {
    this.#listeners.forEach((listener) => listener())
  }
}
