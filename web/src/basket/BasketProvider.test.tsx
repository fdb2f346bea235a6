import { act, cleanup, renderHook } from '@testing-library/react'
import type { PropsWithChildren } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Tabs } from '../session/tabs'
import { browserCookies, down, testShop, type Replies, type Reply } from '../testing/shop'
import { BasketProvider, countOf, useBasket } from './BasketProvider'
import type { Change, QueueState } from './queue'

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const money = { __typename: 'Money', amountMinor: 100, currency: 'EUR', decimal: '1.00' }
const order = (quantity: number, version = 1) => ({
  ...{ __typename: 'Order', id: 'ord_1', version, totalQuantity: quantity, problems: [] },
  total: money,
  items: [
    {
      ...{ __typename: 'OrderItem', id: 'itm_1', productId: 'mug', sku: 'MUG', title: 'Mug' },
      ...{ quantity, unitPrice: money, lineTotal: money },
    },
  ],
})
const basket = (quantity: number): Reply => ({ data: { basket: order(quantity) } })
const changed = (quantity: number): Reply => ({
  data: {
    changeOrderItems: {
      __typename: 'ChangeOrderItemsPayload',
      order: order(quantity, 2),
      errors: [],
    },
  },
})
const refused = (message: string): Reply => ({
  data: {
    changeOrderItems: {
      __typename: 'ChangeOrderItemsPayload',
      order: null,
      errors: [{ __typename: 'ProductNotFound', productId: 'mug', message }],
    },
  },
})
const mug = (quantity: number) => ({ productId: 'mug', title: 'Mug', quantity })

/** Passes time in steps, because effects run between them. */
async function pass(milliseconds: number) {
  for (let passed = 0; passed < milliseconds; passed += 250) {
    await act(() => vi.advanceTimersByTimeAsync(Math.min(250, milliseconds - passed)))
  }
}

/** The basket of a page. `cookies` are a guest's if they are empty. */
async function opened(replies: Replies, cookies?: { cookie: string }, waiting = 0) {
  const shop = testShop(replies, cookies)
  if (waiting > 0) shop.services.localBasket.add(mug(waiting))
  const Outer = shop.wrapper
  const { result } = renderHook(() => useBasket(), {
    wrapper: ({ children }: PropsWithChildren) => (
      <Outer>
        <BasketProvider>{children}</BasketProvider>
      </Outer>
    ),
  })
  for (let i = 0; i < 5; i++) await pass(50)
  const sent = () => shop.named('ChangeBasket').map(({ variables }) => variables['changes'])
  const keys = () => shop.named('ChangeBasket').map(({ variables }) => variables['key'])
  return { ...shop, basket: () => result.current, sent, keys }
}

const additions = (quantity: number): Change[] => [{ action: 'ADD', productId: 'mug', quantity }]

test('a guest’s basket stays in the browser, and no request is sent', async () => {
  const { basket, asked, services } = await opened({}, browserCookies(''))
  let kept = 0
  act(() => void (kept = basket().add(mug(2))))
  expect(kept).toBe(2)
  expect(basket()).toMatchObject({ count: 2, local: [mug(2)] })
  expect(services.localBasket.snapshot()).toEqual([mug(2)])
  await pass(60_000)
  expect(asked).toEqual([])
})

test('what is added shows at once, and the server’s answer takes its place', async () => {
  const { basket: now, sent } = await opened({ Basket: [basket(1)], ChangeBasket: [changed(3)] })
  expect(now().count).toBe(1)
  act(() => void now().add(mug(2)))
  expect(now().count).toBe(3)
  await pass(10)
  expect(sent()).toEqual([additions(2)])
  expect(now().count).toBe(3)
  expect(now().queue.open.size).toBe(0)
})

test('clicks on a stepper are sent as one quantity', async () => {
  const { basket: now, sent } = await opened({ Basket: [basket(1)], ChangeBasket: [changed(4)] })
  for (const quantity of [2, 3, 4]) act(() => now().set(mug(quantity)))
  expect(now().count).toBe(4)
  await pass(400)
  expect(sent()).toEqual([[{ action: 'SET', productId: 'mug', quantity: 4 }]])
})

test('a quantity is sent at once when the page is left', async () => {
  const { basket: now, sent } = await opened({ Basket: [basket(1)], ChangeBasket: [changed(4)] })
  act(() => now().set(mug(4)))
  act(() => void window.dispatchEvent(new Event('pagehide')))
  await pass(10)
  expect(sent()).toEqual([[{ action: 'SET', productId: 'mug', quantity: 4 }]])
  await pass(1_000)
  expect(sent()).toHaveLength(1)
})

describe('lines that wait in the browser', () => {
  test('are added after the log-in, once, and leave the browser', async () => {
    const replies = { Basket: [basket(1)], ChangeBasket: [changed(3)] }
    const { basket: now, sent, services } = await opened(replies, undefined, 2)
    expect(sent()).toEqual([additions(2)])
    expect(now()).toMatchObject({ count: 3, local: [], mergeMessage: '' })
    expect(services.localBasket.snapshot()).toEqual([])
    await pass(120_000)
    expect(sent()).toHaveLength(1)
  })

  test('are sent again with the same key when the answer is lost', async () => {
    const replies: Replies = { Basket: [basket(1)], ChangeBasket: ['lost', 'lost', changed(3)] }
    const { basket: now, sent, keys } = await opened(replies, undefined, 2)
    expect(now().local).toEqual([mug(2)])
    await pass(60_000)
    expect(sent()).toEqual([additions(2), additions(2), additions(2)])
    expect(new Set(keys()).size).toBe(1)
    expect(now()).toMatchObject({ count: 3, local: [] })
  })

  test('are left out when the server refuses them, with a message', async () => {
    const replies = { Basket: [basket(1)], ChangeBasket: [refused('gone')] }
    const { basket: now } = await opened(replies, undefined, 2)
    expect(now()).toMatchObject({ local: [], mergeMessage: 'This is no longer on sale.' })
  })

  test('wait while the basket is unavailable, together with what is added then', async () => {
    const replies: Replies = { Basket: [down('basket', 'order')], ChangeBasket: [changed(3)] }
    const { basket: now, sent } = await opened(replies, undefined, 1)
    expect(now().region.state).toBe('degraded')
    let kept = 0
    act(() => void (kept = now().add(mug(2))))
    expect(kept).toBe(2)
    expect(now().count).toBe(3)
    expect(sent()).toEqual([])
    replies['Basket'] = [basket(1)]
    await pass(10_000)
    expect(sent()).toEqual([additions(3)])
    expect(now().local).toEqual([])
  })
})

test('an addition whose answer is lost waits, and is sent again with its key', async () => {
  const replies: Replies = { Basket: [basket(1)], ChangeBasket: ['lost', changed(3)] }
  const { basket: now, sent, keys } = await opened(replies)
  act(() => void now().add(mug(2)))
  await pass(10_000)
  expect(sent()).toEqual([additions(2), additions(2)])
  expect(keys()[0]).toMatch(/^web-/)
  expect(keys()[1]).toBe(keys()[0])
  expect(now()).toMatchObject({ count: 3, local: [] })
})

test('a quantity whose answer is lost is not sent again; the page looks what it is', async () => {
  const replies: Replies = { Basket: [basket(1), basket(4)], ChangeBasket: ['lost'] }
  const { basket: now, sent, named } = await opened(replies)
  act(() => now().set(mug(4)))
  await pass(1_000)
  expect(sent()).toHaveLength(1)
  expect(now().queue.message).toMatch(/^The basket did not answer/)
  expect(named('Basket')).toHaveLength(2)
  expect(now().count).toBe(4)
})

test('two tabs show the same basket: a change in one is fetched by the other', async () => {
  const { basket: now, named } = await opened({ Basket: [basket(1), basket(5)] })
  expect(now().count).toBe(1)
  const other = new Tabs(() => new BroadcastChannel('test'))
  other.tell('session')
  other.tell('basket')
  await vi.waitFor(async () => {
    await pass(10)
    expect(now().count).toBe(5)
  })
  expect(named('Basket')).toHaveLength(2)
})

test('the other tabs hear of a change', async () => {
  const { basket: now, services } = await opened({
    Basket: [basket(1)],
    ChangeBasket: [changed(3)],
  })
  const told = vi.spyOn(services.tabs, 'tell')
  act(() => void now().add(mug(2)))
  await pass(10)
  expect(told.mock.calls).toEqual([['basket']])
})

test('pieces are counted on the server, in open wishes and in the browser', () => {
  const state = (wishes: [string, 'ADD' | 'SET', number][]): QueueState => ({
    open: new Map(
      wishes.map(([id, action, quantity]) => [id, { action, quantity, title: id, added: 0 }]),
    ),
    added: new Map(),
    message: '',
  })
  const loading = { state: 'loading' } as const
  expect(countOf(loading, state([]), [])).toBe(0)
  expect(countOf(loading, state([['mug', 'ADD', 2]]), [mug(3)])).toBe(5)
  expect(countOf(loading, state([['mug', 'SET', 4]]), [])).toBe(4)
  expect(countOf(loading, state([['mug', 'SET', 0]]), [])).toBe(0)
})
