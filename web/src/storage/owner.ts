import type { SafeStorage } from './safeStorage'

/** Owner is the person whom a kept value belongs to: a user in one session. A guest has none. */
export interface Owner {
  user: string
  session: string
}

/**
 * Every key of the shop begins with this, the owner and a slash: "trefoil/guest/", "trefoil/usr_1.ses_1/", or
 * "trefoil/tabs/" for what the tabs agree on, which names nobody.
 */
const prefix = 'trefoil/'
/** Former versions of the shop and its playground kept values under keys without an owner, and typed passwords among them. */
const ownerless = ['trefoil.', 'graphiql:']

export const nameOf = (owner: Owner | undefined) => (owner ? `${owner.user}.${owner.session}` : 'guest')

/** ownedKey returns the key under which a value of the owner is kept; without an owner, of the guest. */
export const ownedKey = (owner: Owner | undefined, name: string) => `${prefix}${nameOf(owner)}/${name}`

/** tabsKey returns the key for something that the tabs agree on, whoever is logged in. */
export const tabsKey = (name: string) => `${prefix}tabs/${name}`

/** forgetOthers removes the values of all people but the owner. A guest's stay: the next log-in takes them over. */
export function forgetOthers(storage: SafeStorage, owner: Owner | undefined): void {
  const staying = [ownedKey(owner, ''), ownedKey(undefined, ''), tabsKey('')]
  for (const key of storage.keys()) {
    const ours = [prefix, ...ownerless].some((start) => key.startsWith(start))
    if (ours && !staying.some((start) => key.startsWith(start))) storage.removeItem(key)
  }
}

/** Kept holds values of one owner. When somebody else is there, it reads nothing and writes nothing. It never throws. */
export interface Kept {
  get: (name: string) => string | undefined
  set: (name: string, value: string) => void
  delete: (name: string) => void
  /** Calls when another tab has changed the value. */
  onChange: (name: string, listener: () => void) => () => void
}

/** keptOf returns what the storage keeps of the owner. `isThere` tells whether the owner is still the person at the browser. */
export function keptOf(owner: Owner | undefined, storage: SafeStorage, isThere: () => boolean = () => true): Kept {
  const key = (name: string) => ownedKey(owner, name)
  return {
    get: (name) => (isThere() ? (storage.getItem(key(name)) ?? undefined) : undefined),
    set: (name, value) => isThere() && storage.setItem(key(name), value),
    delete: (name) => storage.removeItem(key(name)),
    onChange: (name, listener) => storage.onChange(key(name), listener),
  }
}
