import { beforeEach, expect, test } from 'vitest'
import { OwnedStorage } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'
import { Creating } from './creating'

beforeEach(() => sessionStorage.clear())

/** What a page has after it was loaded. */
const loaded = () =>
  new Creating(new OwnedStorage(new SafeStorage(() => sessionStorage), 'ada', () => true))

test('the same name has the same key until its outcome is known, also after a reload', () => {
  const creation = loaded().begin({ name: 'garden' })
  expect(creation.key).toMatch(/^web-/)
  expect(loaded().open()).toEqual(creation)
  const creating = loaded()
  expect(creating.begin({ name: 'garden' })).toEqual(creation)
  creating.settle()
  expect(loaded().open()).toBeUndefined()
  expect(loaded().begin({ name: 'garden' }).key).not.toBe(creation.key)
})

test('another name has another key, and no name is a name', () => {
  const creating = loaded()
  const keys = ['garden', '', 'kitchen'].map((name) => creating.begin({ name }).key)
  expect(new Set(keys).size).toBe(3)
  expect(creating.begin({ name: 'kitchen' }).key).toBe(keys[2])
})

const others = ['no json', '5', '{"name":"garden"}', '{"key":"web-1"}']

test.each(others)('%s in the storage is no creation', (text) => {
  sessionStorage.setItem('trefoil/ada/creating', text)
  expect(loaded().open()).toBeUndefined()
  expect(loaded().begin({ name: 'garden' }).key).toMatch(/^web-/)
})
