import { act, cleanup, configure, render, waitFor } from '@testing-library/react'
import {
  buildSchema,
  execute,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  parse,
  type GraphQLOutputType,
} from 'graphql'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { mergeLocal } from '../basket/merge'
import { newClient } from '../graphql/client'
import { keepNext } from '../session/next'
import { BasketDocument } from '../basket/documents'
import type { LockName, ValueName } from '../storage/ownedStorage'
import { App } from './App'
import { newRouter, prefetchPages } from './routes'
import type { Services } from '../services/services'
import { servicesOf } from './servicesOf'
import { testPage } from '../testing/services'

/** Two people of the same name; all other text of theirs begins with the word. */
const cookieOf = (word: string) => `trefoil_session=usr_${word}.ses_${word}.Ada%20Lovelace`
const adas = /ada-|usr_ada|ses_ada/

configure({ asyncUtilTimeout: 10_000 }) // for slow machines
vi.setConfig({ testTimeout: 60_000 })

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const schema = buildSchema(readFileSync('../schema/api.graphqls', 'utf8'))

/** A value of the type, with the word in each text. */
function valueOf(type: GraphQLOutputType, field: string, word: string): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, field, word)
  if (isListType(type)) return [valueOf(type.ofType, field, word)]
  const named = getNamedType(type)
  if (isAbstractType(named)) return { __typename: schema.getPossibleTypes(named)[0]?.name }
  if (isCompositeType(named)) return {}
  if (named.name === 'OrderStatus') return 'CONFIRMED'
  if (isEnumType(named)) return named.getValues()[0]?.name
  const scalars: Record<string, unknown> = {
    Boolean: false,
    Int: 1,
    MinorUnits: 100,
    Currency: 'EUR',
  }
  if (named.name === 'DateTime') return '2026-01-31T12:34:56.789Z'
  if (field === 'decimal') return '1.00'
  return scalars[named.name] ?? `${word}-${field}`
}

/**
 * A shop that answers everything with the words of the person whose cookie comes with the request.
 */
function shop() {
  const cookies = { cookie: cookieOf('ada') }
  const state = { isDown: false, asked: [] as { word: string; body: string }[] }
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    const [, word = 'guest'] = /usr_([a-z]+)/.exec(cookies.cookie) ?? []
    state.asked.push({ word, body })
    if (state.isDown) throw new TypeError('refused')
    const { query, variables } = JSON.parse(body) as {
      query: string
      variables: Record<string, unknown>
    }
    const answer = await execute({
      schema,
      document: parse(query),
      variableValues: variables,
      fieldResolver: (
        source: Record<string, unknown> | undefined,
        _args,
        _context,
        { fieldName, returnType },
      ) => source?.[fieldName] ?? valueOf(returnType, fieldName, word),
    })
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
  })
  return { cookies, state }
}

/** Where something of Ada is to be seen or stored. */
function traces(): string[] {
  const places: Record<string, string> = {
    'the page': document.body.innerHTML,
    'the title': document.title,
    'the address': location.href,
    'the history': JSON.stringify(history.state),
  }
  for (const [name, storage] of Object.entries({ localStorage, sessionStorage })) {
    for (const [key, value] of Object.entries(storage))
      places[`${name} ${key}`] = key + String(value)
  }
  return Object.entries(places).flatMap(([place, text]) => (adas.test(text) ? [place] : []))
}

const personal = [
  '/account',
  '/account/security',
  '/basket',
  '/checkout',
  '/orders/ada-id',
  '/orders/ada-id/invoice',
  '/products/mug',
]

/** Opens a page as Ada, and waits until it shows what is hers. */
async function opened(path: string) {
  const { cookies, state } = shop()
  history.replaceState(null, '', path)
  const router = newRouter()
  await prefetchPages(router)
  const page = testPage(cookies)
  page.session.renewed('2999-01-01T00:00:00.000Z')
  render(<App page={page} router={router} />)
  await waitFor(() => expect(document.querySelector('main')?.innerHTML).toMatch(/ada-/))
  await waitFor(() => expect(Object.keys(localStorage).join()).toMatch(/copy basket/))
  return { cookies, state }
}

describe.each(personal)('what is of one person at %s', (path) => {
  test.each([
    ['logs out', '', false],
    ['is followed by a namesake', cookieOf('grace'), false],
    ['is followed by a namesake while the shop is down', cookieOf('grace'), true],
  ])('is gone when that person %s', async (_, cookie, isDown) => {
    const { cookies, state } = await opened(path)
    state.isDown = isDown
    cookies.cookie = cookie
    act(() => void window.dispatchEvent(new Event('focus')))
    expect(document.body.innerHTML).not.toMatch(adas) // at once, without waiting for answers
    await waitFor(() => expect(traces()).toEqual([]))
    const shown = /Please log in|Your basket is empty|unavailable|grace-|guest-/
    await waitFor(() => expect(document.body.innerHTML).toMatch(shown))
    expect(traces()).toEqual([])
    expect(state.asked.filter(({ word, body }) => word !== 'ada' && adas.test(body))).toEqual([])
  })
})

/**
 * Does what stores each value: for Ada, or for a guest who becomes her. The type demands all
 * names.
 */
const storing: Record<
  Exclude<ValueName, `copy ${string}`> | 'copy basket' | LockName,
  (ada: Services) => unknown
> = {
  expiresAt: ({ session }) => session.renewed('2000-01-01T00:00:00.000Z'),
  'basket.sent': ({ localBasket }) => {
    localBasket.add({ productId: 'ada-1', title: 'Mug', quantity: 1 })
    localBasket.next()
  },
  basket: ({ localBasket }) => localBasket.add({ productId: 'ada-2', title: 'Mug', quantity: 1 }),
  'basket.key': ({ localBasket }) =>
    localBasket.add({ productId: 'ada-2', title: 'Mug', quantity: 1 }),
  'copy basket': ({ copies }) => copies.set('basket ', { id: 'ada-id' }),
  creating: ({ creating }) => creating.begin({ name: 'ada-garden' }),
  placing: ({ placing }) => placing.begin({ orderId: 'ada-id', version: 1 }),
  merge: ({ localBasket }) => void mergeLocal(localBasket, () => new Promise(() => undefined)),
  refresh: ({ session }) => void newClient(session, refusing).query(BasketDocument, {}).toPromise(),
  next: ({ session }) => keepNext(session.keptOfGuest().tab, '/orders/ada-id'),
}
const forever = () => new Promise<Response>(() => undefined)
/** Refuses all but refreshing, which takes forever. */
const refusing: typeof fetch = (_url, options) => {
  if ((options?.body as string).includes('mutation Refresh')) return forever()
  const errors = [{ message: 'log in', extensions: { code: 'UNAUTHENTICATED' } }]
  return Promise.resolve(Response.json({ errors }))
}

test('every stored value names its owner, and is gone with that person, as is what the memory has', async () => {
  vi.stubGlobal('navigator', { language: 'en' }) // so that leases are stored
  const cookies = { cookie: cookieOf('ada') }
  const page = testPage(cookies)
  const before = servicesOf(page)
  for (const store of Object.values(storing)) store(before)
  const stored = () => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()
  const nameIn = (name: string) => (name === 'copy basket' ? 'copy basket ' : name)
  const keyOf = (name: string) => {
    if (name === 'next') return 'trefoil/guest/next'
    return `trefoil/usr_ada.ses_ada/${nameIn(name)}${name === 'merge' || name === 'refresh' ? '.lease' : ''}`
  }
  await expect.poll(stored).toEqual(Object.keys(storing).map(keyOf).sort())

  cookies.cookie = cookieOf('grace')
  page.session.reread()
  const now = servicesOf(page)
  expect(stored()).toEqual([])
  expect([
    now.localBasket.snapshot(),
    now.localBasket.next(),
    now.creating.open(),
    now.placing.open(),
    now.copies.get('basket '),
  ]).toEqual([[], undefined, undefined, undefined, undefined])
  expect(newClient(page.session, forever).readQuery(BasketDocument, {})?.data ?? null).toBeNull()

  // What the person before had begun goes on without storing anything.
  before.localBasket.add({ productId: 'ada-3', title: 'Mug', quantity: 1 })
  before.localBasket.keep({ key: 'k', lines: [{ productId: 'ada-3', title: 'Mug', quantity: 1 }] })
  before.copies.set('basket ', { id: 'ada-id' })
  before.creating.begin({ name: 'ada-garden' })
  before.placing.begin({ orderId: 'ada-id', version: 1 })
  expect(stored()).toEqual([])
  expect([before.creating.open(), before.placing.open(), before.localBasket.next()]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

/**
 * The files that name a store of the browser, and why what they store has an owner or is nobody's.
 */
const known: Record<string, string> = {
  'main.tsx': 'gives both storages to Session, which makes OwnedStorages of them',
  'session/alone.ts': 'stores leases under keys of an OwnedStorage',
}

test('no other file of the storefront stores anything in the browser', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  const sources = files.filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.|^testing\/|^gql/.test(name),
  )
  const stores =
    /\b(localStorage|sessionStorage|indexedDB|caches|document\.cookie|cookies: document)\b/
  const comment = /\/\*[^]*?\*\/|\/\/.*/g
  const found = sources.filter((name) =>
    stores.test(readFileSync(`src/${name}`, 'utf8').replace(comment, '')),
  )
  expect(found.sort()).toEqual(Object.keys(known).sort())
})
