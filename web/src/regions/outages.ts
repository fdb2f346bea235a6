import { serviceOf, type Fault } from './fault'

/**
 * Outages holds the faults of regions, by name. The banner shows them when several services fail. A
 * region that waits for a service learns from it that another region got an answer.
 */
export class Outages {
  #faults: ReadonlyMap<string, Fault> = new Map()
  readonly #listeners = new Set<() => void>()
  readonly #waiting = new Set<(service: string) => void>()

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The same map until something changes. */
  snapshot = (): ReadonlyMap<string, Fault> => this.#faults

  report(region: string, fault: Fault | undefined): void {
    const before = this.#faults.get(region)
    if (fault) this.#change((faults) => faults.set(region, fault))
    else this.forget(region)
    if (before && !fault) this.#waiting.forEach((listener) => listener(serviceOf(before)))
  }

  /** The region is not shown any more. */
  forget(region: string): void {
    if (this.#faults.has(region)) this.#change((faults) => faults.delete(region))
  }

  /** Calls the listener when a service answers a region after a fault. */
  onBack(listener: (service: string) => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  #change(change: (faults: Map<string, Fault>) => void): void {
    const next = new Map(this.#faults)
    change(next)
    this.#faults = next
    this.#listeners.forEach((listener) => listener())
  }
}
