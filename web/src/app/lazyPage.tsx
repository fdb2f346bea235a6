import { useCallback, useEffect, useId, useState, type ComponentType } from 'react'
import type { Fault } from '../regions/fault'
import { useAutoRetry } from '../regions/useAutoRetry'
import { Heading } from '../ui/Heading'
import { Notice } from '../ui/Notice'
import { useServices } from '../services/services'

const unreachable: Fault = { code: 'UNREACHABLE', retryable: true }

/** A page in a file of its own. */
export interface LazyPage {
  (): React.JSX.Element
  /** Fetches the file. It never fails: the page itself says what is missing, and tries again. */
  preload: () => Promise<void>
}

/**
 * lazyPage returns a page whose code is fetched when it is first needed. When that fails, the page
 * says so inside the shop's shell. TanStack's lazyRouteComponent reloads the document instead,
 * which leaves the shop for the browser's own error page when the router is down.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): LazyPage {
  let found: ComponentType | undefined
  let loading: Promise<void> | undefined

  const fetchCode = async () => {
    try {
      const module = await load()
      found = module[name]
    } catch {
      loading = undefined // the next caller tries again
    }
  }
  const preload = () => (loading ??= fetchCode())

  function Lazy() {
    const [Page, setPage] = useState<ComponentType | undefined>(() => found)
    const retry = useCallback(async () => {
      await preload()
      if (found) setPage(() => found)
      return found !== undefined
    }, [])
    return Page ? <Page /> : <Unfetched retry={retry} />
  }
  return Object.assign(Lazy, { preload })
}

/** Unfetched stands in place of a page that did not arrive. */
export function Unfetched({ retry }: { retry: () => Promise<boolean> }) {
  const { outages } = useServices()
  const name = useId()
  const [fetching, setFetching] = useState(false)
  const again = useCallback(async () => {
    setFetching(true)
    if (!(await retry()) && (await isReplaced())) location.reload()
    setFetching(false)
  }, [retry])

  useAutoRetry(true, () => void again())
  useEffect(
    () => outages.onBack((service) => service === 'router' && void again()),
    [outages, again],
  )
  useEffect(() => {
    outages.report(name, unreachable)
    return () => outages.forget(name)
  }, [outages, name])
  return (
    <>
      <Heading title="Page unavailable" />
      <div className="mt-8">
        <Notice fault={unreachable} retry={() => void again()} fetching={fetching}>
          This page cannot be loaded right now.
        </Notice>
      </div>
    </>
  )
}

/**
 * isReplaced reports whether the shop answers, so that only the code is missing: a newer version
 * of the shop has other files, and some browsers remember that a file failed. A reload helps both.
 * A page that was just reloaded does not reload again, so that there is no endless loop.
 */
async function isReplaced(): Promise<boolean> {
  const [visit] = performance.getEntriesByType('navigation')
  if (visit && 'type' in visit && visit.type === 'reload') return false
  try {
    return (await fetch(location.href, { method: 'HEAD', cache: 'no-store' })).ok
  } catch {
    return false
  }
}
