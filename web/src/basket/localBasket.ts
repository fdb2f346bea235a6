/** A line that waits in the browser. The title is for showing it with the catalogue down. */
export interface LocalLine {
  productId: string
  quantity: number
  title: string
}

const key = 'trefoil.basket'
const most = 999

/**
 * Lines that are not on the server: a guest's basket, and what could not be added because the order
 * service was down. Kept in the browser's storage, shared by its tabs; never a price.
 */
export class LocalBasket {
  #lines: readonly LocalLine[]
  readonly #storage: Storage
  readonly #listeners = new Set<() => void>()

  constructor(storage: Storage) {
    this.#storage = storage
    this.#lines = this.#read()
  }

  subscribe = (listener: () => void): (() => void) => {
    const onStorage = (event: StorageEvent) => {
      if (event.key === key || event.key === null) this.#reread()
    }
    this.#listeners.add(listener)
    window.addEventListener('storage', onStorage)
    return () => {
      this.#listeners.delete(listener)
      window.removeEventListener('storage', onStorage)
    }
  }

  snapshot = (): readonly LocalLine[] => this.#lines

  add(line: LocalLine): void {
    const held = this.#lines.find(({ productId }) => productId === line.productId)
    if (held) this.set(line.productId, held.quantity + line.quantity)
    else this.#write([...this.#lines, { ...line, quantity: bounded(line.quantity) }])
  }

  /** 0 removes. */
  set(productId: string, quantity: number): void {
    const changed = this.#lines.map((line) =>
      line.productId === productId ? { ...line, quantity: bounded(quantity) } : line,
    )
    this.#write(changed.filter((line) => line.quantity > 0))
  }

  clear(): void {
    this.#write([])
  }

  #write(lines: readonly LocalLine[]): void {
    if (lines.length > 0) this.#storage.setItem(key, JSON.stringify(lines))
    else this.#storage.removeItem(key)
    this.#show(lines)
  }

  #reread(): void {
    this.#show(this.#read())
  }

  #show(lines: readonly LocalLine[]): void {
    this.#lines = lines
    this.#listeners.forEach((listener) => listener())
  }

  #read(): readonly LocalLine[] {
    try {
      const lines: unknown = JSON.parse(this.#storage.getItem(key) ?? '[]')
      return Array.isArray(lines) ? lines.filter(isLine) : []
    } catch {
      return []
    }
  }
}

const bounded = (quantity: number) => Math.min(most, Math.max(0, Math.trunc(quantity)))

function isLine(value: unknown): value is LocalLine {
  const line = value as Partial<LocalLine> | null
  return typeof line?.productId === 'string' && typeof line.title === 'string' && Number.isInteger(line.quantity)
}
