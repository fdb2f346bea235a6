import { act, renderHook } from '@testing-library/react'
import type { PropsWithChildren } from 'react'
import { Provider } from 'urql'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ServicesProvider } from '../app/services'
import { LocalBasket } from '../basket/localBasket'
import { CategoriesDocument } from '../catalogue/Categories'
import { newClient } from '../graphql/client'
import { Session } from '../session/session'
import { Tabs } from '../session/tabs'
import { Copies } from './copies'
import { Outages } from './outages'
import { useRegion } from './useRegion'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const failed = {
  data: { categories: null },
  errors: [{ message: 'down', path: ['categories'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'product', retryable: true } }],
}
const empty = { data: { categories: [] } }

/** A region over a router that answers as told, after a while, with all the states it was seen in. */
function regionOver(answer: () => unknown) {
  const asked: number[] = []
  const fetcher: typeof fetch = async () => {
    asked.push(Date.now())
    const body = JSON.stringify(answer())
    await new Promise((resolve) => setTimeout(resolve, 100))
    return new Response(body, { headers: { 'content-type': 'application/json' } })
  }
  const session = new Session({ cookies: { cookie: '' }, storage: localStorage, now: Date.now })
  const services = {
    session,
    localBasket: new LocalBasket(localStorage),
    copies: new Copies(localStorage, () => false),
    outages: new Outages(),
    tabs: new Tabs(new BroadcastChannel('test')),
  }
  const client = newClient(session, fetcher)
  const wrapper = ({ children }: PropsWithChildren) => (
    <ServicesProvider value={services}>
      <Provider value={client}>{children}</Provider>
    </ServicesProvider>
  )
  const seen: string[] = []
  renderHook(
    () => {
      const { region } = useRegion({ query: CategoriesDocument, variables: {}, root: 'categories' })
      if (seen.at(-1) !== region.state) seen.push(region.state)
    },
    { wrapper },
  )
  return { asked, seen }
}

/** In steps: effects run between them. */
async function pass(seconds: number) {
  for (let i = 0; i < seconds * 4; i++) await act(() => vi.advanceTimersByTimeAsync(250))
}

test('a region that fails is asked for ever more seldom, and says so all the while', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const { asked, seen } = regionOver(() => failed)
  await pass(100)
  const waited = asked.slice(1).map((at, index) => Math.round((at - (asked[index] ?? 0)) / 1_000))
  expect(waited).toEqual([2, 4, 8, 16, 30, 30])
  expect(seen).toEqual(['loading', 'degraded'])
})

test('a region that is back is shown, and left alone', async () => {
  let down = true
  const { asked, seen } = regionOver(() => (down ? failed : empty))
  await pass(1)
  down = false
  await pass(100)
  expect(seen).toEqual(['loading', 'degraded', 'ready'])
  expect(asked).toHaveLength(2)
})
