import { beforeEach, expect, test } from 'vitest'
import { SafeStorage } from '../storage/safeStorage'
import { LocalBasket } from './localBasket'

beforeEach(() => localStorage.clear())

test('says how many pieces a line has taken', () => {
  const basket = new LocalBasket(new SafeStorage(() => localStorage))
  const add = (quantity: number) => basket.add({ productId: 'mug', title: 'Mug', quantity })
  expect([add(1), add(2), add(990), add(10), add(1)]).toEqual([1, 2, 990, 6, 0])
  expect(basket.snapshot()[0]?.quantity).toBe(999)
})
