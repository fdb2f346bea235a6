import { beforeEach, expect, test } from 'vitest'
import { dropKey, keyFor } from './placing'

beforeEach(() => sessionStorage.clear())

test('the same attempt has the same key until it has succeeded', () => {
  const key = keyFor('ord_1', 3, sessionStorage)
  expect(key.length).toBeGreaterThanOrEqual(8)
  expect(keyFor('ord_1', 3, sessionStorage)).toBe(key)
  dropKey(sessionStorage)
  expect(keyFor('ord_1', 3, sessionStorage)).not.toBe(key)
})

test('another version, and another order, has another key', () => {
  const keys = [keyFor('ord_1', 3, sessionStorage), keyFor('ord_1', 4, sessionStorage), keyFor('ord_2', 4, sessionStorage)]
  expect(new Set(keys).size).toBe(3)
})

test('a key that cannot be read is made anew', () => {
  sessionStorage.setItem('trefoil.placing', 'no json')
  expect(keyFor('ord_1', 1, sessionStorage)).toMatch(/^web-/)
})
