import { beforeEach, expect, test } from 'vitest'
import { OwnedStorage } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'
import { outcomeOf, Placing } from './placing'

beforeEach(() => sessionStorage.clear())

/** What a page has after it was loaded. */
const loaded = () => new Placing(kept(() => sessionStorage))
const kept = (storage: () => Storage) =>
  new OwnedStorage(new SafeStorage(storage), 'ada', () => true)

test('the same attempt has the same key until its outcome is known, also after a reload', () => {
  const attempt = loaded().begin({ orderId: 'ord_1', version: 3 })
  expect(attempt.key).toMatch(/^web-/)
  expect(loaded().open()).toEqual(attempt)
  const placing = loaded()
  expect(placing.begin({ orderId: 'ord_1', version: 3 })).toEqual(attempt)
  placing.settle()
  expect(loaded().open()).toBeUndefined()
  expect(loaded().begin({ orderId: 'ord_1', version: 3 }).key).not.toBe(attempt.key)
})

test('another version, and another order, has another key', () => {
  const placing = loaded()
  const keys = [
    placing.begin({ orderId: 'ord_1', version: 3 }),
    placing.begin({ orderId: 'ord_1', version: 4 }),
    placing.begin({ orderId: 'ord_2', version: 4 }),
  ].map(({ key }) => key)
  expect(new Set(keys).size).toBe(3)
})

test.each(['no json', '5', '{"orderId":"ord_1"}'])('%s in the storage is no attempt', (text) => {
  sessionStorage.setItem('trefoil/ada/placing', text)
  expect(loaded().open()).toBeUndefined()
  expect(loaded().begin({ orderId: 'ord_1', version: 1 }).key).toMatch(/^web-/)
})

const forbidden = () => {
  throw new DOMException('forbidden', 'SecurityError')
}
const full = () =>
  Object.assign(Object.create(sessionStorage) as Storage, {
    getItem: () => null,
    setItem: forbidden,
  })

test.each([
  ['forbidden', forbidden],
  ['full', full],
])('the key lives as long as the page when the storage is %s', (_, storage) => {
  const placing = new Placing(kept(storage))
  const attempt = placing.begin({ orderId: 'ord_1', version: 3 })
  expect(placing.begin({ orderId: 'ord_1', version: 3 })).toEqual(attempt)
  placing.settle()
  expect(placing.open()).toBeUndefined()
})

test.each([
  [undefined, 'unknown'],
  [null, 'refused'],
  [{ status: 'DRAFT', version: 3 }, 'open'],
  [{ status: 'DRAFT', version: 5 }, 'refused'],
  [{ status: 'PENDING', version: 4 }, 'placed'],
  [{ status: 'CONFIRMED', version: 5 }, 'placed'],
  [{ status: 'CANCELLED', version: 6 }, 'placed'],
] as const)('an order that is %j makes the outcome %s', (found, outcome) => {
  expect(outcomeOf({ orderId: 'ord_1', version: 3 }, found)).toBe(outcome)
})
