import { beforeEach, expect, test } from 'vitest'
import { OwnedStorage } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'
import { Copies } from './copies'

const storageOf = (owner: string) =>
  new OwnedStorage(new SafeStorage(() => localStorage), owner, () => true)
/** What a page has after it was loaded. */
const loaded = (owner = 'ada') => new Copies(storageOf(owner), (key) => key.startsWith('basket '))

beforeEach(() => localStorage.clear())

test('a copy that lasts is there after a reload, for the same person only', () => {
  loaded().set('basket Basket', { id: 'ord_1' }, 5)
  loaded().set('orders Orders', { id: 'ord_2' })
  expect(loaded().get('basket Basket')).toEqual({ data: { id: 'ord_1' }, at: 5 })
  expect(loaded().get('orders Orders')).toBeUndefined()
  expect(loaded('grace').get('basket Basket')).toBeUndefined()
})

test('all copies of a person are cleared, and nothing else', () => {
  const copies = loaded()
  copies.set('basket Basket', 1)
  copies.set('orders Orders', 1)
  loaded('grace').set('basket Basket', 1)
  storageOf('ada').setItem('expiresAt', 'x')
  copies.clear()
  expect([copies.get('basket Basket'), copies.get('orders Orders')]).toEqual([undefined, undefined])
  const left = [storageOf('ada').keyOf('expiresAt'), storageOf('grace').keyOf('copy basket Basket')]
  expect(Object.keys(localStorage).sort()).toEqual(left)
})

test.each(['no json', 'null', '5', '{}', '{"at":1}', '{"data":{},"at":"x"}'])(
  '%s in the storage is no copy',
  (text) => {
    storageOf('ada').setItem('copy basket Basket', text)
    expect(loaded().get('basket Basket')).toBeUndefined()
  },
)
