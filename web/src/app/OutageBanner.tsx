import { useSyncExternalStore } from 'react'
import type { Fault } from '../regions/fault'
import { useServices } from './services'

/** One sentence for all when more than one region of the page fails. */
export function OutageBanner() {
  const { outages } = useServices()
  const faults = useSyncExternalStore(outages.subscribe, outages.snapshot)
  return (
    <div role="status" className="no-print bg-warn text-on-warn" data-banner>
      {faults.size >= 2 && (
        <p className="mx-auto max-w-6xl px-4 py-2.5 text-sm sm:px-8">{sentence([...faults.values()])}</p>
      )}
    </div>
  )
}

function sentence(faults: readonly Fault[]): string {
  if (faults.some(({ subgraph }) => subgraph === undefined)) {
    return 'The shop cannot be reached just now. What this page already knows is shown; we keep trying.'
  }
  const names = [...new Set(faults.map(({ subgraph = '' }) => departments.get(subgraph) ?? 'one department'))]
  return `Not to be reached just now: ${new Intl.ListFormat('en').format(names)}. Everything else works; we keep trying.`
}

const departments = new Map([
  ['product', 'the catalogue'],
  ['order', 'baskets and orders'],
  ['user', 'accounts'],
])
