import { serviceOf, type Fault } from './fault'

/**
 * The regions that cannot be shown now, by name. The banner asks for it when several fail at once; and a region, to hear that
 * another has an answer again of the service that it waits for itself.
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

  /** The region is gone, whatever may be with its service. */
  forget(region: string): void {
    if (this.#faults.has(region)) this.#change((faults) => faults.delete(region))
  }

  /** Calls when a service has answered a region that it had failed. */
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
