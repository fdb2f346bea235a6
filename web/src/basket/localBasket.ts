import { newKey } from '../graphql/key'
import type { OwnedStorage } from '../storage/ownedStorage'

/** A line that waits in the browser. The title is shown if the catalogue is down. */
export interface LocalLine {
  productId: string
  quantity: number
  title: string
}

/**
 * Lines that were sent in one change without an answer. The key ensures that they are added once.
 */
export interface Batch {
  key: string
  lines: readonly LocalLine[]
}

const linesName = 'basket'
const keyName = 'basket.key'
const sentName = 'basket.sent'
const most = 999

/**
 * LocalBasket holds lines in the browser's storage: a guest's basket, and additions that the order
 * service did not answer. All tabs of one person share them. They have no prices.
 *
 * The lines of one request are a batch until the server answers, so that a retry sends the same
 * lines with the same key. Lines get their key when the first one is added: two tabs that send them
 * at the same time use the same key, and the server adds them once.
 */
export class LocalBasket {
  #lines: readonly LocalLine[]
  readonly #storage: OwnedStorage
  readonly #listeners = new Set<() => void>()

  constructor(storage: OwnedStorage) {
    this.#storage = storage
    this.#lines = list(storage.getItem(linesName), isLine)
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    const stop = this.#storage.onChange(linesName, () => this.#reread())
    return () => {
      this.#listeners.delete(listener)
      stop()
    }
  }

  /** Returns the name of the lock that a tab holds while it sends the lines. */
  lock(): string {
    return this.#storage.keyOf('merge')
  }

  /** Takes over a guest's lines, unless another tab has done so. */
  takeOver(guest: LocalBasket): void {
    const batch = guest.next()
    if (batch && !this.#sent().some(({ key }) => key === batch.key)) this.keep(batch)
    guest.clear()
  }

  snapshot = (): readonly LocalLine[] => this.#lines

  /** Returns how many pieces it has added: a line holds no more than 999. */
  add(line: LocalLine): number {
    const held = this.#lines.find(({ productId }) => productId === line.productId)
    const before = held?.quantity ?? 0
    const quantity = bounded(before + line.quantity)
    if (held) this.#change(line.productId, quantity)
    else this.#write([...this.#lines, { ...line, quantity }])
    return quantity - before
  }

  /** Sets a quantity; 0 removes the line. Batches with the line are not sent again as they were. */
  set(productId: string, quantity: number): void {
    this.#unseal(({ lines }) => lines.some((line) => line.productId === productId))
    this.#change(productId, quantity)
  }

  /** Stores a batch without an answer. It is sent again with its key. */
  keep(batch: Batch): void {
    // First: otherwise another tab could send the lines with another key.
    this.#store([...this.#sent(), batch])
    for (const line of batch.lines) this.add(line)
  }

  /**
   * Returns the next batch: one without an answer, or all lines. It returns none after a log-out.
   */
  next(): Batch | undefined {
    const [sent] = this.#sent()
    if (sent) return sent
    if (this.#lines.length === 0) return undefined
    this.#store([{ key: this.#storage.getItem(keyName) ?? newKey(), lines: this.#lines }])
    this.#storage.removeItem(keyName)
    return this.#sent()[0]
  }

  /** Removes a batch that is answered, and these lines of it. Later additions to them stay. */
  settle({ key }: Batch, lines: readonly LocalLine[]): void {
    this.#unseal((batch) => batch.key === key)
    for (const { productId, quantity } of lines) {
      const held = this.#lines.find((line) => line.productId === productId)
      if (held) this.#change(productId, held.quantity - quantity)
    }
  }

  #change(productId: string, quantity: number): void {
    const changed = this.#lines.map((line) =>
      line.productId === productId ? { ...line, quantity: bounded(quantity) } : line,
    )
    this.#write(changed.filter((line) => line.quantity > 0))
  }

  clear(): void {
    this.#store([])
    this.#write([])
  }

  #sent(): readonly Batch[] {
    return list(this.#storage.getItem(sentName), isBatch)
  }

  #unseal(which: (batch: Batch) => boolean): void {
    this.#store(this.#sent().filter((batch) => !which(batch)))
  }

  #store(batches: readonly Batch[]): void {
    if (batches.length > 0) this.#storage.setItem(sentName, JSON.stringify(batches))
    else this.#storage.removeItem(sentName)
  }

  #write(lines: readonly LocalLine[]): void {
    if (lines.length > 0) this.#storage.setItem(linesName, JSON.stringify(lines))
    else this.#storage.removeItem(linesName)
    this.#keepKey(lines)
    this.#show(lines)
  }

  #keepKey(lines: readonly LocalLine[]): void {
    if (lines.length === 0) this.#storage.removeItem(keyName)
    else if (this.#storage.getItem(keyName) === null) this.#storage.setItem(keyName, newKey())
  }

  #reread(): void {
    this.#show(list(this.#storage.getItem(linesName), isLine))
  }

  #show(lines: readonly LocalLine[]): void {
    this.#lines = lines
    this.#listeners.forEach((listener) => listener())
  }
}

const bounded = (quantity: number) => Math.min(most, Math.max(0, Math.trunc(quantity)))

/** Leaves out values that this class has not written. */
function list<T>(text: string | null, is: (value: unknown) => value is T): readonly T[] {
  try {
    const values: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(values) ? values.filter(is) : []
  } catch {
    return []
  }
}

function isBatch(value: unknown): value is Batch {
  const batch = value as Partial<Batch> | null
  return typeof batch?.key === 'string' && Array.isArray(batch.lines) && batch.lines.every(isLine)
}

function isLine(value: unknown): value is LocalLine {
  const line = value as Partial<LocalLine> | null
  return (
    typeof line?.productId === 'string' &&
    typeof line.title === 'string' &&
    Number.isInteger(line.quantity)
  )
}
