import { useSyncExternalStore } from 'react'
import { serviceOf, type Fault } from '../regions/fault'
import { useServices } from '../services/services'

/** One sentence for all when the page misses more than one service, or the router itself. */
export function OutageBanner() {
  const { outages } = useServices()
  const faults = useSyncExternalStore(outages.subscribe, outages.snapshot)
  const text = sentence([...faults.values()].filter(({ retryable }) => retryable))
  return (
    <div role="status" className="no-print bg-warn text-on-warn" data-banner>
      {text && <p className="mx-auto max-w-6xl px-4 py-2.5 text-sm sm:px-8">{text}</p>}
    </div>
  )
}

function sentence(faults: readonly Fault[]): string {
  const silent = new Set(faults.map(serviceOf))
  if (silent.has('router'))
    return 'The shop cannot be reached just now. What this page already knows is shown; we keep trying.'
  if (silent.size < 2) return ''
  const names = [...silent].map((service) => departments.get(service) ?? service).sort()
  return `Not to be reached just now: ${new Intl.ListFormat('en').format(names)}. We keep trying.`
}

const departments = new Map([
  ['product', 'catalogue'],
  ['order', 'orders'],
  ['user', 'accounts'],
])
