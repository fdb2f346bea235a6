import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { down, testShop, type Replies, type Reply } from '../testing/shop'
import { usePlaceOrder } from './usePlaceOrder'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

const order = { orderId: 'ord_1', version: 3 }

const answered = (...errors: object[]): Reply => ({
  data: {
    placeOrder: {
      __typename: 'PlaceOrderPayload',
      order: errors.length > 0 ? null : { __typename: 'Order', id: 'ord_1', status: 'CONFIRMED' },
      errors,
    },
  },
})
const found = (status: string, version: number, problems: object[] = []): Reply => ({
  data: { order: { __typename: 'Order', id: 'ord_1', status, version, problems } },
})
const refusal = (__typename: string, message = 'no') => ({ __typename, message })

/** The checkout, before the button is pressed. `open` is what an earlier page has left. */
function checkout(replies: Replies, open = false) {
  const shop = testShop(replies)
  const { placing, tabs } = shop.services
  const key = open ? placing.begin(order).key : undefined
  const told = vi.spyOn(tabs, 'tell')
  const placed = vi.fn()
  const changed = vi.fn()
  const { result } = renderHook(() => usePlaceOrder(placed, changed), { wrapper: shop.wrapper })
  const pass = (milliseconds = 0) => act(() => vi.advanceTimersByTimeAsync(milliseconds))
  const place = async () => {
    act(() => result.current.place(order))
    await pass()
  }
  const keys = () =>
    shop.named('PlaceOrder').map(({ variables }) => {
      return (variables['input'] as { idempotencyKey: string }).idempotencyKey
    })
  return { ...shop, placing, key, told, placed, changed, result, pass, place, keys }
}

test('an order is placed once by a double click, and nothing is left to find out', async () => {
  const { result, place, pass, keys, placed, changed, told, placing } = checkout({
    PlaceOrder: [answered()],
  })
  act(() => result.current.place(order))
  expect(result.current.isPending).toBe(true)
  await place()
  await pass(60_000)
  expect(keys()).toHaveLength(1)
  expect(placed.mock.calls).toEqual([['ord_1']])
  expect(changed).toHaveBeenCalledTimes(1)
  expect(told.mock.calls).toEqual([['basket']])
  expect(placing.open()).toBeUndefined()
})

test.each([
  ['VersionConflict', /^The basket has changed in the meantime/],
  ['OrderEmpty', /nothing in the basket/],
  ['ProductUnavailable', /no longer on sale/],
  ['OutOfStock', /^Only 2 left\.$/],
])('an order refused for %s says so, and the next one has another key', async (kind, says) => {
  const conflict = kind === 'VersionConflict' ? { order: null } : {}
  const { result, place, keys, placed, changed, placing } = checkout({
    PlaceOrder: [answered({ ...refusal(kind, 'Only 2 left.'), ...conflict }), answered()],
  })
  await place()
  expect(result.current).toMatchObject({ isPending: false, outcome: 'refused' })
  expect(result.current.message).toMatch(says)
  expect(placed).not.toHaveBeenCalled()
  expect(changed).toHaveBeenCalledTimes(1)
  expect(placing.open()).toBeUndefined()
  await place()
  expect(placed).toHaveBeenCalledTimes(1)
  expect(new Set(keys()).size).toBe(2)
})

test('an order whose answer is lost is found', async () => {
  const { result, place, placed, keys, placing } = checkout({
    PlaceOrder: ['lost'],
    PlacedOrder: [found('PENDING', 4)],
  })
  await place()
  expect(placed.mock.calls).toEqual([['ord_1']])
  expect(keys()).toHaveLength(1)
  expect(placing.open()).toBeUndefined()
  expect(result.current.outcome).toBe('placed')
})

test('an order that did not arrive is placed by the next click, with the same key', async () => {
  const { result, place, placed, keys } = checkout({
    PlaceOrder: ['lost', answered()],
    PlacedOrder: [found('DRAFT', 3)],
  })
  await place()
  expect(result.current).toMatchObject({ outcome: 'open', message: '' })
  expect(placed).not.toHaveBeenCalled()
  await place()
  expect(placed).toHaveBeenCalledTimes(1)
  expect(keys()).toHaveLength(2)
  expect(new Set(keys()).size).toBe(1)
})

test('an order that was refused without an answer says why', async () => {
  const problem = { __typename: 'OutOfStock', message: 'Only 2 left.' }
  const { result, place, placing } = checkout({
    PlaceOrder: ['lost'],
    PlacedOrder: [found('DRAFT', 5, [problem])],
  })
  await place()
  expect(result.current).toMatchObject({ outcome: 'refused', message: 'Only 2 left.' })
  expect(placing.open()).toBeUndefined()
})

test('an order is looked for after growing pauses until the shop answers', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const replies: Replies = { PlaceOrder: ['lost'], PlacedOrder: [down('order', 'order')] }
  const { result, place, pass, named, placed } = checkout(replies)
  await place()
  expect(result.current).toMatchObject({ outcome: 'unknown', fault: { subgraph: 'order' } })
  const looks: number[] = []
  for (const seconds of [2, 4, 8, 16, 30]) {
    await pass(seconds * 1_000)
    looks.push(named('PlacedOrder').length)
  }
  expect(looks).toEqual([2, 3, 4, 5, 6])
  replies['PlacedOrder'] = [found('CONFIRMED', 4)]
  await pass(30_000)
  expect(placed.mock.calls).toEqual([['ord_1']])
  await pass(60_000)
  expect(named('PlacedOrder')).toHaveLength(7)
})

test('a page that is loaded while the outcome is unknown looks at once', async () => {
  const { result, pass, named, placed, keys } = checkout(
    { PlacedOrder: ['lost', found('CONFIRMED', 4)] },
    true,
  )
  expect(result.current.outcome).toBe('unknown')
  await pass()
  expect(named('PlacedOrder')).toHaveLength(1)
  expect(result.current).toMatchObject({ outcome: 'unknown', isPending: false })
  act(() => result.current.look())
  await pass()
  expect(placed.mock.calls).toEqual([['ord_1']])
  expect(keys()).toEqual([])
})

test('a page that is loaded after the order did not arrive uses the key that it had', async () => {
  const { key, place, pass, keys } = checkout(
    { PlaceOrder: [answered()], PlacedOrder: [found('DRAFT', 3)] },
    true,
  )
  await pass()
  await place()
  expect(keys()).toEqual([key])
})

test('an order that cannot be edited may be placed already, and is looked up', async () => {
  const { place, placed, named } = checkout({
    PlaceOrder: [answered(refusal('OrderNotEditable'))],
    PlacedOrder: [found('PROCESSING', 6)],
  })
  await place()
  expect(named('PlacedOrder')).toHaveLength(1)
  expect(placed.mock.calls).toEqual([['ord_1']])
})
