import { useCallback, useEffect, useState } from 'react'
import { Heading } from '../ui/Heading'
import { Unfetched } from './lazyPage'

const playground = '/playground'

/**
 * PlaygroundPage leaves the shop for the playground, a document of its own, when the router sends
 * it. Until then the shell of the shop stays: the browser would show its own error page instead.
 *
 * The page has another address than the playground. With the same one, the browser showed the
 * playground again at the page from which the visitor came, when they went back.
 */
export function PlaygroundPage() {
  const [missing, setMissing] = useState(false)
  const leave = useCallback(async () => {
    const isThere = await answers(playground)
    if (isThere) location.replace(playground)
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
