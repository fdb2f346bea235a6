import { beforeEach, expect, test, vi } from 'vitest'
import { OwnedStorage } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'
import { LocalBasket } from './localBasket'

beforeEach(() => localStorage.clear())

const storageOf = (owner: string, isThere = () => true) =>
  new OwnedStorage(new SafeStorage(() => localStorage), owner, isThere)
const mug = { productId: 'mug', title: 'Mug', quantity: 2 }

test('says how many pieces a line has taken', () => {
  const basket = new LocalBasket(storageOf('guest'))
  const add = (quantity: number) => basket.add({ productId: 'mug', title: 'Mug', quantity })
  expect([add(1), add(2), add(990), add(10), add(1)]).toEqual([1, 2, 990, 6, 0])
  expect(basket.snapshot()[0]?.quantity).toBe(999)
})

test('a guest who logs in takes the basket along, once', () => {
  const guest = new LocalBasket(storageOf('guest'))
  guest.add(mug)
  const basket = new LocalBasket(storageOf('ada'))
  basket.add({ ...mug, quantity: 1 })
  basket.takeOver(guest)
  expect(basket.snapshot()).toEqual([{ ...mug, quantity: 3 }])
  basket.takeOver(guest)
  basket.takeOver(new LocalBasket(storageOf('guest')))
  expect(new LocalBasket(storageOf('ada')).snapshot()).toEqual([{ ...mug, quantity: 3 }])
})

test('two tabs that log in at once send the guest’s basket with one key, so that it is added once', () => {
  new LocalBasket(storageOf('guest')).add(mug)
  const guests = [1, 2].map(() => Object.entries<string>(localStorage))
  const keys = guests.map((kept) => {
    localStorage.clear()
    for (const [key, value] of kept) localStorage.setItem(key, value)
    const basket = new LocalBasket(storageOf('ada'))
    basket.takeOver(new LocalBasket(storageOf('guest')))
    return basket.next()?.key
  })
  expect(keys[0]).toMatch(/^web-/)
  expect(keys[1]).toBe(keys[0])
})

test('the lines of somebody who has gone are neither sent nor stored', () => {
  let there = true
  const basket = new LocalBasket(storageOf('ada', () => there))
  basket.add(mug)
  localStorage.clear()
  there = false
  basket.add(mug)
  basket.keep({ key: 'k', lines: [mug] })
  expect(basket.next()).toBeUndefined()
  expect(localStorage.length).toBe(0)
})

test('a change of another tab shows, until the page stops listening', () => {
  const here = new LocalBasket(storageOf('ada'))
  const there = new LocalBasket(storageOf('ada'))
  const heard = vi.fn()
  const stop = here.subscribe(heard)
  const key = storageOf('ada').keyOf('basket')
  const tell = () => window.dispatchEvent(new StorageEvent('storage', { key }))
  there.add(mug)
  expect(here.snapshot()).toEqual([])
  tell()
  expect(here.snapshot()).toEqual([mug])
  expect(heard).toHaveBeenCalledTimes(1)
  stop()
  there.set('mug', 5)
  tell()
  expect(here.snapshot()).toEqual([mug])
  expect(heard).toHaveBeenCalledTimes(1)
})

test('a settled batch keeps later additions', () => {
  const basket = new LocalBasket(storageOf('ada'))
  basket.add(mug)
  const batch = basket.next()
  if (!batch) throw new Error('the basket has no batch')
  basket.add({ ...mug, quantity: 3 })
  basket.settle(batch, batch.lines)
  expect(basket.snapshot()).toEqual([{ ...mug, quantity: 3 }])
  expect(basket.next()?.key).not.toBe(batch.key)
  basket.set('mug', 0)
  expect(basket.snapshot()).toEqual([])
  expect(basket.next()).toBeUndefined()
  expect(localStorage.length).toBe(0)
})
