import type { SafeStorage } from '../storage/safeStorage'
import type { Copy } from './region'

/**
 * The last good data of each region, for as long as the same person is logged in. Those under a key that
 * `lasting` picks outlive the page too: people reload when something does not work.
 */
export class Copies {
  readonly #copies = new Map<string, Copy<unknown>>()
  readonly #storage: SafeStorage
  readonly #lasting: (key: string) => boolean

  constructor(storage: SafeStorage, lasting: (key: string) => boolean) {
    this.#storage = storage
    this.#lasting = lasting
  }

  get<T>(key: string): Copy<T> | undefined {
    return (this.#copies.get(key) ?? this.#stored(key)) as Copy<T> | undefined
  }

  set(key: string, data: unknown, at = Date.now()): void {
    const copy = { data, at }
    this.#copies.set(key, copy)
    if (this.#lasting(key)) this.#storage.setItem(prefix + key, JSON.stringify(copy))
  }

  delete(key: string): void {
    this.#copies.delete(key)
    this.#storage.removeItem(prefix + key)
  }

  clear(): void {
    this.#copies.clear()
    for (const key of this.#storage.keys()) if (key.startsWith(prefix)) this.#storage.removeItem(key)
  }

  #stored(key: string): Copy<unknown> | undefined {
    const text = this.#lasting(key) ? this.#storage.getItem(prefix + key) : null
    if (text === null) return undefined
    const copy = JSON.parse(text) as Copy<unknown>
    this.#copies.set(key, copy)
    return copy
  }
}

const prefix = 'trefoil.copy '
