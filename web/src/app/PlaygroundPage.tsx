import { useCallback, useEffect, useState } from 'react'
import { Heading } from '../ui/Heading'
import { Unfetched } from './lazyPage'
import { useNavigated } from './navigated'
import { NotFound } from './NotFound'
import { pages } from './pages'

/**
 * PlaygroundPage leaves the shop for the playground, a document of its own, when the router sends
 * it. Until then the shell of the shop stays: the browser would show its own error page instead. A
 * browser that got the shop from this address would get it again: then there is no playground.
 */
export function PlaygroundPage() {
  const navigated = useNavigated()
  return navigated() ? <Leaving /> : <NotFound />
}

function Leaving() {
  const [missing, setMissing] = useState(false)
  const leave = useCallback(async () => {
    const isThere = await answers(pages.playground)
    if (isThere) location.replace(pages.playground)
    setMissing(!isThere)
    return isThere
  }, [])
  useEffect(() => {
    queueMicrotask(() => void leave())
  }, [leave])
  if (missing) return <Unfetched retry={leave} />
  return (
    <>
      <Heading title="Playground" />
      <p role="status">One moment.</p>
    </>
  )
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { method: 'HEAD', cache: 'no-store' })).ok
  } catch {
    return false
  }
}
