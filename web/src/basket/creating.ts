import { newKey } from '../graphql/key'
import type { OwnedStorage } from '../storage/ownedStorage'

const storedName = 'creating'

/** A draft that somebody has asked to create, until it is known whether it is. */
export interface Creation {
  name: string
  key: string
}

/**
 * Creating holds the creation of a draft whose outcome is not known. The same name has the same
 * key until then, also after a reload, so that a draft whose answer was lost is not created twice.
 */
export class Creating {
  readonly #storage: OwnedStorage

  constructor(storage: OwnedStorage) {
    this.#storage = storage
  }

  /** The creation whose outcome is not known. */
  open(): Creation | undefined {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(storedName) ?? 'null')
      return isCreation(value) ? value : undefined
    } catch {
      return undefined
    }
  }

  /** Another name is another draft to the server, and gets another key. */
  begin(name: string): Creation {
    const held = this.open()
    if (held?.name === name) return held
    const creation: Creation = { name, key: newKey() }
    this.#storage.setItem(storedName, JSON.stringify(creation))
    return creation
  }

  settle(): void {
    this.#storage.removeItem(storedName)
  }
}

function isCreation(value: unknown): value is Creation {
  const creation = value as Partial<Creation> | null
  return typeof creation?.name === 'string' && typeof creation.key === 'string'
}
