import { beforeEach, expect, test } from 'vitest'
import { forgetOthers, keptOf, ownedKey, tabsKey } from './owner'
import { SafeStorage } from './safeStorage'

const storage = new SafeStorage(() => localStorage)
const ada = { user: 'usr_ada', session: 'ses_1' }
const adaLater = { user: 'usr_ada', session: 'ses_2' }
const grace = { user: 'usr_grace', session: 'ses_3' }

beforeEach(() => localStorage.clear())

test('two owners share no value, nor do two sessions of one user', () => {
  for (const owner of [ada, adaLater, grace, undefined]) keptOf(owner, storage).set('draft', JSON.stringify(owner ?? 'guest'))
  expect(localStorage.length).toBe(4)
  expect(keptOf(ada, storage).get('draft')).toBe(JSON.stringify(ada))
  expect(keptOf(undefined, storage).get('draft')).toBe('"guest"')
  keptOf(ada, storage).delete('draft')
  expect(keptOf(ada, storage).get('draft')).toBeUndefined()
  expect(keptOf(adaLater, storage).get('draft')).toBe(JSON.stringify(adaLater))
})

test('nothing is read or written for an owner who is gone', () => {
  let there = true
  const kept = keptOf(ada, storage, () => there)
  kept.set('draft', '1')
  there = false
  expect(kept.get('draft')).toBeUndefined()
  kept.set('draft', '2')
  expect(localStorage.getItem(ownedKey(ada, 'draft'))).toBe('1')
})

test('the values of others are forgotten, and values without an owner', () => {
  const theirs = [ownedKey(ada, 'draft'), ownedKey(adaLater, 'draft'), 'trefoil.copy basket', 'trefoil.expiresAt', 'graphiql:tabState']
  const staying = [ownedKey(grace, 'draft'), ownedKey(undefined, 'basket'), tabsKey('refresh.lease'), 'of-another-program']
  for (const key of [...theirs, ...staying]) localStorage.setItem(key, 'x')
  forgetOthers(storage, grace)
  expect(storage.keys().sort()).toEqual(staying.toSorted())
  forgetOthers(storage, undefined)
  expect(storage.keys().sort()).toEqual(staying.slice(1).toSorted())
})
