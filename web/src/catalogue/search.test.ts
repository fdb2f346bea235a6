import { expect, test } from 'vitest'
import { catalogueSearch, filterOf } from './search'

test('the address says what is looked for', () => {
  expect(catalogueSearch({ q: ' green tea ', category: 'pantry', sort: 'PRICE_ASC' })).toEqual({
    q: 'green tea',
    category: 'pantry',
    sort: 'PRICE_ASC',
  })
  expect(catalogueSearch({ q: 12 })).toEqual({ q: '12' })
})

test('what is odd, empty or usual is left out', () => {
  expect(catalogueSearch({ q: '  ', category: ['a'], sort: 'NAME_ASC', more: 1 })).toEqual({})
  expect(catalogueSearch({ sort: 'toString' })).toEqual({})
  expect(catalogueSearch({ q: 'x'.repeat(500) }).q).toHaveLength(100)
})

test('an empty search is no filter', () => {
  expect(filterOf({})).toBeNull()
  expect(filterOf({ q: 'tea' })).toEqual({ search: 'tea', category: null })
})
