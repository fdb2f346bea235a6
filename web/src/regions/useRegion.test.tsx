import { act, renderHook } from '@testing-library/react'
import type { PropsWithChildren } from 'react'
import { Provider } from 'urql'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ServicesProvider } from '../services/services'
import { testServices } from '../testing/services'
import { CategoriesDocument } from '../catalogue/Categories'
import { newClient } from '../graphql/client'
import { SocialProviders } from '../session/social'
import { useRegion } from './useRegion'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const categories = { query: CategoriesDocument, variables: {}, root: 'categories' } as const
const providers = { query: SocialProviders, variables: {}, root: 'socialProviders' } as const

const nothing = (root: string) => ({ data: { [root]: [] } })
const failed = (root: string) => ({
  data: { [root]: null },
  errors: [
    {
      message: 'down',
      path: [root],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'product', retryable: true },
    },
  ],
})

/**
 * Regions over a router that answers after a while: when it was asked, and all the states that
 * they were seen in.
 */
function page() {
  const down = new Set<string>()
  const asked: Record<string, number[]> = { Categories: [], SocialProviders: [] }
  const fetcher: typeof fetch = async (_url, options) => {
    const { operationName } = JSON.parse(options?.body as string) as { operationName: string }
    asked[operationName]?.push(Date.now())
    const root = operationName === 'Categories' ? 'categories' : 'socialProviders'
    const body = JSON.stringify(down.has(root) ? failed(root) : nothing(root))
    await new Promise((resolve) => setTimeout(resolve, 100))
    return new Response(body, { headers: { 'content-type': 'application/json' } })
  }
  const services = testServices()
  const client = newClient(services.session, fetcher)
  const wrapper = ({ children }: PropsWithChildren) => (
    <ServicesProvider value={services}>
      <Provider value={client}>{children}</Provider>
    </ServicesProvider>
  )
  const seen = { categories: [] as string[], providers: [] as string[] }
  const see = (states: string[], { state }: { state: string }) =>
    states.at(-1) !== state && states.push(state)
  const show = () =>
    renderHook(
      () => {
        see(seen.categories, useRegion(categories).region)
        see(seen.providers, useRegion(providers).region)
      },
      { wrapper },
    )
  return { down, asked, seen, show }
}

/** In steps: effects run between them. */
async function pass(seconds: number) {
  for (let i = 0; i < seconds * 4; i++) await act(() => vi.advanceTimersByTimeAsync(250))
}

test('a region that fails is asked for ever more seldom, and says so all the while', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const { down, asked, seen, show } = page()
  down.add('categories')
  show()
  await pass(100)
  const at = asked['Categories'] ?? []
  const waited = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / 1_000))
  expect(waited).toEqual([2, 4, 8, 16, 30, 30])
  expect(seen).toEqual({ categories: ['loading', 'degraded'], providers: ['loading', 'ready'] })
  expect(asked['SocialProviders']).toHaveLength(1)
})

test('a region that is back is shown, and left alone', async () => {
  const { down, asked, seen, show } = page()
  down.add('categories')
  show()
  await pass(1)
  down.clear()
  await pass(100)
  expect(seen.categories).toEqual(['loading', 'degraded', 'ready'])
  expect(asked['Categories']).toHaveLength(2)
})

test('a region comes back with the first one that its service answers', async () => {
  const { down, asked, seen, show } = page()
  down.add('categories').add('socialProviders')
  // The second pause of the one is four seconds, of the other two.
  vi.spyOn(Math, 'random').mockReturnValueOnce(1).mockReturnValue(0)
  show()
  await pass(3)
  down.clear()
  await pass(2)
  expect(seen).toEqual({
    categories: ['loading', 'degraded', 'ready'],
    providers: ['loading', 'degraded', 'ready'],
  })
  expect(asked).toMatchObject({ Categories: { length: 3 }, SocialProviders: { length: 3 } })
})
