/**
 * SafeStorage is a Storage that never throws. A browser can have none, forbid it, or be out of
 * space: then a value is held in memory, so that the page works until it is closed or reloaded.
 */
export class SafeStorage {
  readonly #open: () => Storage | null | undefined
  readonly #memory = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  /** `open` is a function because merely naming localStorage throws where it is forbidden. */
  constructor(open: () => Storage | null | undefined) {
    this.#open = open
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether a value is lost when the page is closed or reloaded. */
  isLosing = (): boolean => this.#memory.size > 0

  getItem(key: string): string | null {
    return this.#memory.get(key) ?? this.#try((storage) => storage.getItem(key)) ?? null
  }

  setItem(key: string, value: string): void {
    const kept = this.#try((storage) => {
      storage.setItem(key, value)
      return storage.getItem(key) === value
    })
    if (kept) {
      this.#forget(key)
      return
    }
    this.#try((storage) => storage.removeItem(key)) // or an older value would come back after a reload
    this.#memory.set(key, value)
    this.#notify()
  }

  removeItem(key: string): void {
    this.#try((storage) => storage.removeItem(key))
    this.#forget(key)
  }

  keys(): string[] {
    const stored = this.#try((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ''),
    )
    return [...new Set([...(stored ?? []), ...this.#memory.keys()])]
  }

  /** Calls the listener when another tab has changed the value, or all values. */
  onChange(key: string, listener: () => void): () => void {
    const onStorage = (event: StorageEvent) => {
      if (event.key !== key && event.key !== null) return
      this.#forget(key)
      listener()
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }

  #forget(key: string): void {
    if (this.#memory.delete(key)) this.#notify()
  }

  #notify(): void {
    this.#listeners.forEach((listener) => listener())
  }

  #try<T>(access: (storage: Storage) => T): T | undefined {
    try {
      const storage = this.#open()
      return storage ? access(storage) : undefined
    } catch {
      return undefined
    }
  }
}
