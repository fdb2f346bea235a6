import { useSyncExternalStore } from 'react'
import { serviceOf, type Fault } from '../regions/fault'
import { useServices } from '../services/services'

/** Says in one sentence that several services, or the router, do not answer. */
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
    return 'The shop is unavailable right now. This page may be out of date. We keep trying.'
  if (silent.size < 2) return ''
  const names = [...silent].map((service) => departments.get(service) ?? service).sort()
  const list = new Intl.ListFormat('en').format(names)
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} are unavailable right now. We keep trying.`
}

const departments = new Map([
  ['product', 'the catalogue'],
  ['order', 'your orders'],
  ['user', 'your account'],
])
