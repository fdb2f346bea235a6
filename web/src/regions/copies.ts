import type { OwnedStorage } from '../storage/ownedStorage'
import type { Copy } from './region'

/**
 * The last good data of each region, of one person. Those under a key that `lasting` picks outlive
 * the page too: people reload when something does not work.
 */
export class Copies {
  readonly #copies = new Map<string, Copy<unknown>>()
  readonly #storage: OwnedStorage
  readonly #lasting: (key: string) => boolean

  constructor(storage: OwnedStorage, lasting: (key: string) => boolean) {
    this.#storage = storage
    this.#lasting = lasting
  }

  get<T>(key: string): Copy<T> | undefined {
    return (this.#copies.get(key) ?? this.#stored(key)) as Copy<T> | undefined
  }

  set(key: string, data: unknown, at = Date.now()): void {
    const copy = { data, at }
    this.#copies.set(key, copy)
    if (this.#lasting(key)) this.#storage.setItem(nameOf(key), JSON.stringify(copy))
  }

  delete(key: string): void {
    this.#copies.delete(key)
    this.#storage.removeItem(nameOf(key))
  }

  clear(): void {
    this.#copies.clear()
    for (const name of this.#storage.names())
      if (name.startsWith(nameOf(''))) this.#storage.removeItem(name)
  }

  #stored(key: string): Copy<unknown> | undefined {
    const copy = this.#lasting(key) ? copyIn(this.#storage.getItem(nameOf(key))) : undefined
    if (copy) this.#copies.set(key, copy)
    return copy
  }
}

const nameOf = (key: string) => `copy ${key}` as const

/** Text that others may have written to the storage is no copy. */
function copyIn(text: string | null): Copy<unknown> | undefined {
  try {
    const copy = JSON.parse(text ?? 'null') as Partial<Copy<unknown>> | null
    return typeof copy?.at === 'number' && copy.data ? { data: copy.data, at: copy.at } : undefined
  } catch {
    return undefined
  }
}
