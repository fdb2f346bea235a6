import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launch, password, slugs, start, stop, Visitor } from './shop'

let browser: Browser
let isDown = false
beforeAll(async () => {
  browser = await launch()
})
afterEach(() => {
  if (isDown) orderUp()
})
afterAll(() => browser.close())

const orderDown = () => {
  stop('order')
  isDown = true
}
const orderUp = () => {
  start('order')
  isDown = false
}

/** All that the shop knows of a person under words that are in nothing else. */
interface Belongings {
  me: { id: string; username: string; email: string; sessions: { id: string; current: boolean }[] }
  orders: { nodes: { id: string; number: string; items: { id: string }[] }[] }
  drafts: { id: string; name: string | null; number: string; items: { id: string }[] }[]
}
const Belongings = `{
  me { id username email sessions { id current } }
  orders { nodes { id number items { id } } }
  drafts { id name number items { id } }
}`

/** The words of the person who is logged in. */
async function wordsOf(visitor: Visitor): Promise<string[]> {
  const { me, orders, drafts } = (await visitor.graphql(Belongings)) as Belongings
  const all = [...orders.nodes, ...drafts]
  const words = [me.id, me.username, me.email, ...me.sessions.map(({ id }) => id)]
  words.push(
    ...all.flatMap(({ id, number, items }) => [id, number, ...items.map((item) => item.id)]),
  )
  words.push(...drafts.flatMap(({ name }) => name ?? []))
  expect(words.length).toBeGreaterThan(10)
  return words
}

/** What the page shows, and what the browser keeps for the shop, by where it is. */
const everything = async (): Promise<Record<string, string>> => {
  const found: Record<string, string> = {
    'the address': location.href,
    'the page': document.documentElement.outerHTML,
    'history.state': JSON.stringify(history.state),
    'the title': document.title,
    'the cookies': document.cookie,
  }
  for (const [name, storage] of Object.entries({ localStorage, sessionStorage })) {
    for (const [key, value] of Object.entries(storage))
      found[`${name} ${key}`] = `${key} ${String(value)}`
  }
  const inputs = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[]
  found['the inputs'] = inputs.map(({ value }) => value).join(' ')
  for (const { name = '' } of await indexedDB.databases()) found[`indexedDB ${name}`] = name
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      found[`cache ${name} ${request.url}`] =
        `${request.url} ${await (await cache.match(request))?.text()}`
    }
  }
  return found
}

/**
 * Where the words are: "localStorage key: word". The shop has no database in the browser, so none
 * can hold any.
 */
async function traces(page: Page, words: readonly string[]): Promise<string[]> {
  const found = Object.entries(await page.evaluate(everything))
  expect(found.filter(([where]) => where.startsWith('indexedDB'))).toEqual([])
  return found.flatMap(([where, text]) =>
    words.filter((word) => text.includes(word)).map((word) => `${where}: ${word}`),
  )
}

/**
 * Somebody who has an order, a basket with one piece and a named draft, and looks at the account in
 * one tab and at the basket in another.
 */
async function first(): Promise<{
  visitor: Visitor
  account: Page
  basket: Page
  words: string[]
  name: string
}> {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const name = await visitor.register()
  const [ordered = '', held = ''] = await slugs(visitor, 2)
  await visitor.put(ordered)
  await page.goto('/checkout')
  await page.getByRole('button', { name: 'Place the order' }).click()
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  await visitor.put(held)
  await visitor.graphql(
    'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { errors { __typename } } }',
    {
      input: { name: `garden of ${name}` },
    },
  )
  const words = await wordsOf(visitor)
  await page.goto('/account')
  await page.getByRole('link', { name: /^Invoice/ }).waitFor()
  const basket = await visitor.context.newPage()
  await basket.goto('/basket')
  await basket.getByRole('heading', { level: 3, name: `garden of ${name}` }).waitFor()
  expect(await traces(page, words)).not.toEqual([])
  expect(await traces(basket, words)).not.toEqual([])
  return { visitor, account: page, basket, words, name }
}

/** Registers somebody of the same display name at another browser. */
async function second(): Promise<string> {
  const other = await Visitor.arrive(browser)
  const name = await other.register()
  await other.leave()
  return name
}

/** Logs in without loading the page. */
async function logIn(page: Page, name: string): Promise<void> {
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click()
  await submitLogIn(page, name)
}

async function submitLogIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click()
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
}

/** Goes to the account and the basket by links, with orders down. */
async function lookAround(page: Page, words: readonly string[]): Promise<void> {
  const main = page.getByRole('main')
  await page.getByRole('banner').getByRole('link', { name: 'Ada Lovelace' }).click()
  await main.getByText('Your orders are unavailable right now.').waitFor()
  expect(await traces(page, words), 'on the account').toEqual([])
  await page
    .getByRole('banner')
    .getByRole('link', { name: /^Basket/ })
    .click()
  await main.getByText('The basket is unavailable right now').waitFor()
  expect(await traces(page, words), 'at the basket').toEqual([])
}

test('the next person at a browser with two tabs sees nothing of the one before, with orders down', async () => {
  const next = await second()
  const { visitor, account, basket, words } = await first()
  await basket.getByRole('banner').getByRole('link', { name: 'Ada Lovelace' }).click()
  await basket.getByRole('button', { name: 'Log out' }).click()
  await basket.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
  await account.getByText('Please log in to see this page.').waitFor()
  for (const page of [account, basket])
    expect(await traces(page, words), 'after the log-out').toEqual([])

  orderDown()
  await logIn(account, next)
  await basket.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  for (const page of [account, basket]) {
    await lookAround(page, words)
    await page.reload()
    await lookAround(page, words)
  }
  await visitor.leave()
})

test('nothing is left of a person whose session was ended elsewhere, with orders down', async () => {
  const next = await second()
  const { visitor, account, basket, words, name } = await first()
  const device = await Visitor.arrive(browser)
  await device.login(name)
  const { me } = (await device.graphql('{ me { sessions { id current } } }')) as Pick<
    Belongings,
    'me'
  >
  for (const { id, current } of me.sessions) {
    if (!current)
      await device.graphql('mutation ($id: ID!) { revokeSession(id: $id) { __typename } }', { id })
  }
  await device.leave()
  await expect.poll(() => visitor.graphql('{ me { id } }')).toEqual({ me: null })

  orderDown()
  await account.getByRole('banner').getByRole('link', { name: 'Trefoil' }).click()
  await account.getByRole('banner').getByRole('link', { name: 'Ada Lovelace' }).click()
  for (const page of [account, basket])
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
  for (const page of [account, basket])
    expect(await traces(page, words), 'after the end').toEqual([])
  await logIn(account, next)
  await basket.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  for (const page of [account, basket]) await lookAround(page, words)
  await visitor.leave()
})

/** Logs out by the page's button, and waits until the page has noticed. */
async function logOut(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('link', { name: 'Ada Lovelace' }).click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
}

test('nothing is left of a person whose cookies have expired', async () => {
  const { visitor, account, basket, words } = await first()
  await visitor.context.clearCookies()
  for (const page of [account, basket]) {
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    expect(await traces(page, words)).toEqual([])
    await page.reload()
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    expect(await traces(page, words), 'after a reload').toEqual([])
  }
  await visitor.leave()
})

test('the address of an order is gone with its person, also on the way back and after the next log-in', async () => {
  const next = await second()
  const { visitor, account, basket, words } = await first()
  await account.getByRole('link', { name: /^Invoice/ }).click()
  await account.getByRole('heading', { level: 1, name: /^Invoice/ }).waitFor()
  await account.getByRole('link', { name: 'Back to the order' }).click()
  await account.getByRole('heading', { level: 1, name: /^Order/ }).waitFor()
  await account.reload()
  await account.getByRole('heading', { level: 1, name: /^Order/ }).waitFor()
  await logOut(basket)
  await account.getByText('Please log in to see this page.').waitFor()
  expect(await traces(account, words)).toEqual([])
  await account.goBack() // to the invoice
  await account.getByText('Please log in to see this page.').waitFor()
  await expect.poll(() => traces(account, words)).toEqual([])

  const asked: string[] = []
  account.on('request', (request) => asked.push(request.postData() ?? ''))
  await account.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await submitLogIn(account, next)
  await account.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor()
  expect(await traces(account, words), 'after the next log-in').toEqual([])
  await account.reload()
  await account.getByText('No orders yet.').waitFor()
  expect(await traces(account, words), 'after a reload').toEqual([])
  expect(asked.filter((body) => words.some((word) => body.includes(word)))).toEqual([])
  await visitor.leave()
})

test('an answer for somebody who has gone meanwhile is neither shown nor kept', async () => {
  const next = await second()
  const { visitor, account, basket, words } = await first()
  const held: (() => void)[] = []
  await account.route('**/graphql', async (route) => {
    const answer = await route.fetch()
    await new Promise<void>((resolve) => held.push(resolve))
    await route.fulfill({ response: answer }).catch(() => undefined) // unrouting may have answered it
  })
  await account.getByRole('link', { name: 'See the order' }).click()
  await expect.poll(() => held.length).toBeGreaterThan(0)
  await logOut(basket)
  await logIn(basket, next)
  await account.unroute('**/graphql')
  held.forEach((release) => release())
  await account.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  await account.getByText('No orders yet.').waitFor()
  for (const page of [account, basket]) expect(await traces(page, words)).toEqual([])
  await visitor.leave()
})

test('a refused session shows neither copies nor their buttons', async () => {
  const { visitor, account, basket, words } = await first()
  const ids = words.filter((word) => /^(ord|itm)_/.test(word))
  const refusal = { message: 'log in', extensions: { code: 'UNAUTHENTICATED', subgraph: 'order' } }
  await visitor.context.route('**/graphql', (route) => {
    const isRefresh = route.request().postData()?.includes('mutation Refresh')
    return isRefresh ? route.abort() : route.fulfill({ json: { data: null, errors: [refusal] } })
  })
  const lookAtAccount = async (page: Page) => {
    await page.getByRole('banner').getByRole('link', { name: 'Ada Lovelace' }).click()
    await page.getByText('Your orders are unavailable right now. None of them is lost.').waitFor()
    expect(await page.getByRole('link', { name: /^Invoice/ }).count()).toBe(0)
  }
  const lookAtBasket = async (page: Page) => {
    await page
      .getByRole('banner')
      .getByRole('link', { name: /^Basket/ })
      .click()
    await page.getByText('The basket is unavailable right now').waitFor()
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual([
      'Try again',
      'Create',
    ])
  }
  await lookAtBasket(account) // asks, and is refused
  await lookAtAccount(account)
  await lookAtAccount(basket)
  await lookAtBasket(basket)
  for (const page of [account, basket]) {
    expect((await traces(page, ids)).filter((trace) => !trace.startsWith('history'))).toEqual([])
  }
  await visitor.context.unroute('**/graphql')
  await basket.getByRole('main').getByRole('button', { name: 'Try again' }).click()
  await basket.getByRole('heading', { level: 3, name: /^garden of/ }).waitFor()
  await visitor.leave()
})

test('who comes back from another site finds nothing of the person before', async () => {
  const next = await second()
  const { visitor, account, basket, words } = await first()
  await account.goto('about:blank')
  await logOut(basket)
  await logIn(basket, next)
  await account.goBack()
  await account.getByText('No orders yet.').waitFor()
  expect(await traces(account, words)).toEqual([])
  await visitor.leave()
})

/** A browser without storage and without messages between tabs. */
const nothingKept = () => {
  const forbid = () => {
    throw new DOMException('forbidden', 'SecurityError')
  }
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { get: forbid })
  Object.defineProperty(window, 'BroadcastChannel', { value: forbid })
  Object.defineProperty(window, 'cookieStore', { value: undefined })
  Object.defineProperty(navigator, 'locks', {
    value: { request: () => Promise.reject(new Error('forbidden')) },
  })
}

test('tabs that can keep and tell nothing show the next person only, once looked at', async () => {
  const next = await second()
  const visitor = await Visitor.arrive(browser)
  await visitor.context.addInitScript(nothingKept)
  const { page } = visitor
  await visitor.register()
  await visitor.put((await slugs(visitor, 1))[0] ?? '')
  await page.goto('/account')
  await page.getByText('@example.com').waitFor()
  const { me } = (await visitor.graphql('{ me { id username email } }')) as Pick<Belongings, 'me'>
  const words = [me.id, me.username, me.email]
  const other = await visitor.context.newPage()
  await other.goto('/')
  await logOut(other)
  await logIn(other, next)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await page.getByText(`${next}@example.com`).waitFor()
  expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toMatch(
    new RegExp(words.join('|')),
  )
  await visitor.leave()
})

/** Keys without an owner, and why they may be there. */
const ownerless: Record<string, string> = {
  'sessionStorage tsr-scroll-restoration-v1_3':
    "the router's: how far which entry of the tab's history was scrolled, by a random key",
}

test('whatever is kept after a round through the shop names its owner', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const found = new Set<string>()
  const look = async () => {
    const kept = await page.evaluate(() => ({
      localStorage: Object.keys(localStorage),
      sessionStorage: Object.keys(sessionStorage),
    }))
    for (const [name, keys] of Object.entries(kept))
      for (const key of keys) found.add(`${name} ${key}`)
  }
  const [bought = '', held = ''] = await slugs(visitor, 2)
  await visitor.put(bought)
  await look()
  await visitor.register()
  await look()
  await visitor.put(held)
  orderDown()
  await page.getByRole('button', { name: 'Add to basket' }).click()
  await page.getByText('will be added when it is back').waitFor()
  await look()
  orderUp()
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes('PlaceOrder') ? route.abort() : route.fallback(),
  )
  await page.goto('/checkout')
  await page.getByRole('button', { name: 'Place the order' }).click()
  await page.getByText('Your order is not placed yet').waitFor()
  await look()
  await page.unroute('**/graphql')
  await page.getByRole('button', { name: 'Place the order' }).click()
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  for (const path of ['/account', '/account/security', '/basket', '/', '/playground']) {
    await page.goto(path, { waitUntil: 'networkidle' })
    await look()
  }
  const { me } = (await visitor.graphql('{ me { id sessions { id current } } }')) as Pick<
    Belongings,
    'me'
  >
  const mine = `trefoil/${me.id}.${me.sessions.find(({ current }) => current)?.id}/`
  const hasOwner = (key: string) =>
    [mine, 'trefoil/guest/'].some((start) => key.split(' ')[1]?.startsWith(start))
  expect([...found].filter((key) => !hasOwner(key) && !(key in ownerless))).toEqual([])
  expect([...found].filter(hasOwner).map((key) => key.replace(mine, 'mine/'))).toEqual(
    expect.arrayContaining([
      'localStorage trefoil/guest/basket',
      'localStorage mine/expiresAt',
      'localStorage mine/basket',
      'sessionStorage mine/placing',
    ]),
  )
  await visitor.leave()
})
