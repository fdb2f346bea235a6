import type { Fault } from './fault'

/** The regions that cannot be shown now, by name. The banner asks for it when several fail at once. */
export class Outages {
  #faults: ReadonlyMap<string, Fault> = new Map()
  readonly #listeners = new Set<() => void>()

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The same map until something changes. */
  snapshot = (): ReadonlyMap<string, Fault> => this.#faults

  report(region: string, fault: Fault | undefined): void {
    if (fault === undefined && !this.#faults.has(region)) return
    const next = new Map(this.#faults)
    if (fault) next.set(region, fault)
    else next.delete(region)
    this.#faults = next
    this.#listeners.forEach((listener) => listener())
  }
}
