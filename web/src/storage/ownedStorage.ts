import type { SafeStorage } from './safeStorage'

const prefix = 'trefoil/'
/** Former versions of the shop and of its playground stored values under keys without an owner. */
const formerPrefixes = ['trefoil.', 'graphiql:']

const prefixOf = (owner: string) => `${prefix}${owner}/`

/**
 * OwnedStorage holds the values of one owner in a storage: each key begins with the owner's name. It reads and writes
 * nothing while somebody else is at the browser.
 */
export class OwnedStorage {
  readonly #storage: SafeStorage
  readonly #prefix: string
  readonly #isThere: () => boolean

  /** `isThere` tells whether the owner is at the browser now. */
  constructor(storage: SafeStorage, owner: string, isThere: () => boolean) {
    this.#storage = storage
    this.#prefix = prefixOf(owner)
    this.#isThere = isThere
  }

  /** The key in the storage under which the owner has the value of that name. */
  keyOf(name: string): string {
    return this.#prefix + name
  }

  getItem(name: string): string | null {
    return this.#isThere() ? this.#storage.getItem(this.keyOf(name)) : null
  }

  setItem(name: string, value: string): void {
    if (this.#isThere()) this.#storage.setItem(this.keyOf(name), value)
  }

  removeItem(name: string): void {
    this.#storage.removeItem(this.keyOf(name))
  }

  names(): string[] {
    const keys = this.#isThere() ? this.#storage.keys() : []
    return keys.flatMap((key) => (key.startsWith(this.#prefix) ? [key.slice(this.#prefix.length)] : []))
  }

  /** Calls the listener when another tab has changed the value, or all values. */
  onChange(name: string, listener: () => void): () => void {
    return this.#storage.onChange(this.keyOf(name), listener)
  }
}

/** removeAllBut removes the values of everybody but these owners. */
export function removeAllBut(owners: readonly string[], storage: SafeStorage): void {
  for (const key of storage.keys()) {
    const isOurs = [prefix, ...formerPrefixes].some((start) => key.startsWith(start))
    const stays = owners.some((owner) => key.startsWith(prefixOf(owner)))
    if (isOurs && !stays) storage.removeItem(key)
  }
}
