/** How long a tab may work before others assume that it is closed or asleep. */
export const term = 10_000
/** How often a waiting tab checks whether the lease is free. */
export const pause = 50
/** How long a tab waits after writing its name, so that others can overwrite it. */
const settling = 20

type LeaseStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

interface Held {
  by: string
  until: number
}

/**
 * A lock for browsers without any. Storage knows no "set if absent": each tab writes its name,
 * waits a moment, and has the lease if its name still stands there. It ends with the work, or by
 * itself when a tab was closed meanwhile.
 */
export class Lease {
  readonly #key: string
  readonly #storage: LeaseStorage
  readonly #me = String(Math.random()) // not for secrets, and crypto.randomUUID is missing where locks are

  constructor(name: string, storage: LeaseStorage) {
    this.#key = `${name}.lease`
    this.#storage = storage
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    while (!(await this.#taken())) await after(pause)
    try {
      return await work()
    } finally {
      if (this.#held()?.by === this.#me) this.#storage.removeItem(this.#key)
    }
  }

  async #taken(): Promise<boolean> {
    const held = this.#held()
    if (held && held.until > Date.now()) return false
    this.#storage.setItem(
      this.#key,
      JSON.stringify({ by: this.#me, until: Date.now() + term } satisfies Held),
    )
    await after(settling)
    return this.#held()?.by === this.#me
  }

  #held(): Held | undefined {
    try {
      return (JSON.parse(this.#storage.getItem(this.#key) ?? 'null') as Held | null) ?? undefined
    } catch {
      return undefined
    }
  }
}

const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
