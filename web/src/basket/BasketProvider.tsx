import { createContext, use, useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react'
import { useClient } from 'urql'
import { useServices } from '../services/services'
import { unmask } from '../gql'
import type { BasketPartsFragment, BasketQuery } from '../gql/graphql'
import { faultIn, type Region } from '../regions/region'
import { useAutoRetry } from '../regions/useAutoRetry'
import { useRegion } from '../regions/useRegion'
import { useSession } from '../session/useSession'
import { BasketDocument, BasketParts } from './documents'
import type { LocalLine } from './localBasket'
import { mergeLocal } from './merge'
import { BasketQueue, wished, type Change, type QueueState } from './queue'
import { sendChanges } from './send'

export type BasketData = BasketPartsFragment
type MaskedBasket = NonNullable<BasketQuery['basket']>

interface Basket {
  /** The basket on the server; loading for guests. */
  region: Region<BasketData>
  retry: () => void
  fetching: boolean
  /** Lines that wait in the browser. */
  local: readonly LocalLine[]
  queue: QueueState
  /** The number of pieces, with the changes that the server has not answered yet. */
  count: number
  /** The server's refusals of lines that waited in the browser. */
  mergeMessage: string
  /** Returns how many pieces now wait in the browser. The queue counts those sent to the server. */
  add: (line: LocalLine) => number
  set: (line: LocalLine) => void
}

const BasketContext = createContext<Basket | undefined>(undefined)

/**
 * Provides the page's basket: the server's, the open changes to it, and the lines in the browser.
 */
export function BasketProvider({ children }: { children: ReactNode }) {
  const client = useClient()
  const { localBasket, tabs } = useServices()
  const { signedIn } = useSession()
  const send = useCallback(
    async (changes: Change[], key: string) => {
      const outcome = await sendChanges(client, changes, key)
      tabs.tell('basket')
      return outcome
    },
    [client, tabs],
  )
  const [queue] = useState(
    () => new BasketQueue({ send, keep: (batch) => localBasket.keep(batch) }),
  )
  const state = useSyncExternalStore(queue.subscribe, queue.snapshot)
  const local = useSyncExternalStore(localBasket.subscribe, localBasket.snapshot)
  const {
    region: masked,
    retry,
    fetching,
  } = useRegion({
    query: BasketDocument,
    variables: {},
    root: 'basket',
    pause: !signedIn,
  })
  const region = useMemo(() => unmasked(masked), [masked])
  const [mergeMessage, setMergeMessage] = useState('')

  useEffect(() => tabs.onNews((news) => news === 'basket' && retry()), [tabs, retry])

  useEffect(() => {
    window.addEventListener('pagehide', queue.hurry)
    return () => window.removeEventListener('pagehide', queue.hurry)
  }, [queue])

  const reachable = region.state === 'ready' || region.state === 'empty'
  const waiting = signedIn && reachable && local.length > 0
  const merging = useRef(false)
  const merge = useCallback(async () => {
    if (merging.current) return
    merging.current = true
    const messages = await mergeLocal(localBasket, send).finally(() => (merging.current = false))
    setMergeMessage(messages.join(' '))
    if (localBasket.snapshot().length > 0) retry()
  }, [localBasket, send, retry])
  useEffect(() => {
    if (waiting) void merge()
  }, [waiting, local, merge])
  useAutoRetry(waiting, () => void merge()) // answers can be lost although the basket is available

  const look = useEffectEvent(retry)
  const { message } = state
  useEffect(() => {
    if (message) look() // the change may be made although its answer is lost
  }, [message])

  const basket = useMemo<Basket>(() => {
    const add = (line: LocalLine) => {
      const known = faultIn(region)
      if (!signedIn || known) return localBasket.add(line)
      queue.add(line)
      return 0
    }
    const count = countOf(region, state, local)
    return {
      region,
      retry,
      fetching,
      local,
      queue: state,
      count,
      mergeMessage,
      add,
      set: (line) => queue.set(line),
    }
  }, [region, retry, fetching, local, state, mergeMessage, signedIn, localBasket, queue])

  return <BasketContext value={basket}>{children}</BasketContext>
}

export function useBasket(): Basket {
  const basket = use(BasketContext)
  if (!basket) throw new Error('no basket above this component')
  return basket
}

function unmasked(region: Region<MaskedBasket>): Region<BasketData> {
  if (region.state === 'ready' || region.state === 'stale')
    return { ...region, data: unmask(BasketParts, region.data) }
  return region
}

/** Counts pieces. Only the server adds up money. */
export function countOf(
  region: Region<BasketData>,
  { open }: QueueState,
  local: readonly LocalLine[],
): number {
  const items = region.state === 'ready' || region.state === 'stale' ? region.data.items : []
  const held = new Map(items.map(({ productId, quantity }) => [productId, quantity]))
  for (const [productId, wish] of open) held.set(productId, wished(wish, held.get(productId) ?? 0))
  const server = [...held.values()].reduce((sum, quantity) => sum + quantity, 0)
  return local.reduce((sum, { quantity }) => sum + quantity, server)
}
