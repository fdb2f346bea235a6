import { StorageAPI } from '@graphiql/toolkit'
import { beforeEach, expect, test } from 'vitest'
import { SafeStorage } from '../src/storage/safeStorage'
import { forgetful, forgetTyped } from './forgetful'

beforeEach(() => localStorage.clear())

test('the playground stores nothing that somebody types', () => {
  const storage = new StorageAPI(forgetful())
  storage.set('tabState', 'plain as three leaves')
  expect(storage.get('tabState')).toBe('plain as three leaves')
  expect(localStorage.length).toBe(0)
})

test('what former versions stored is removed, and the storefront keeps its values', () => {
  localStorage.setItem('graphiql:variables', 'plain as three leaves')
  localStorage.setItem('trefoil/guest/basket', '[]')
  forgetTyped(new SafeStorage(() => localStorage))
  expect(Object.keys(localStorage)).toEqual(['trefoil/guest/basket'])
})
