import type { SafeStorage } from './safeStorage'

const prefix = 'trefoil/'
/** Former versions of the shop and of its playground stored values under keys without an owner. */
const formerPrefixes = ['trefoil.', 'graphiql:']

/**
 * The names of all values that the storefront stores; app/privacy.test.tsx has each removed with
 * its owner.
 */
export type ValueName =
  | 'expiresAt'
  | 'next'
  | 'basket'
  | 'basket.key'
  | 'basket.sent'
  | 'creating'
  | 'placing'
  | `copy ${string}`
/**
 * The names of the locks for which one tab at a time may work; a lease is stored where browsers
 * have no locks.
 */
export type LockName = 'refresh' | 'merge'

const prefixOf = (owner: string) => `${prefix}${owner}/`

/**
 * OwnedStorage holds the values of one owner in a storage: each key begins with the owner's name.
 * It reads and writes nothing while somebody else is at the browser.
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
  keyOf(name: ValueName | LockName): string {
    return this.#prefix + name
  }

  getItem(name: ValueName): string | null {
    return this.#isThere() ? this.#storage.getItem(this.keyOf(name)) : null
  }

  setItem(name: ValueName, value: string): void {
    if (this.#isThere()) this.#storage.setItem(this.keyOf(name), value)
  }

  removeItem(name: ValueName): void {
    this.#storage.removeItem(this.keyOf(name))
  }

  names(): ValueName[] {
    const keys = this.#isThere() ? this.#storage.keys() : []
    const mine = keys.filter((key) => key.startsWith(this.#prefix))
    return mine.map((key) => key.slice(this.#prefix.length) as ValueName)
  }

  /** Calls the listener when another tab has changed the value, or all values. */
  onChange(name: ValueName, listener: () => void): () => void {
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
