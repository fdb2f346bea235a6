import { expect, test } from 'vitest'
import { catalogueSearch, changed, filterOf, hasWord, narrowed } from './search'

test('the address says what is looked for', () => {
  const search = {
    q: 'green tea',
    category: 'pantry',
    from: 1000,
    to: 2500,
    stock: true,
    sort: 'PRICE_ASC',
    page: 2,
  } as const
  expect(catalogueSearch({ ...search, q: ' green tea ' })).toEqual(search)
  expect(catalogueSearch({ q: 12, from: 0 })).toEqual({ q: '12', from: 0 })
})

test('what is odd, empty or usual is left out', () => {
  expect(
    catalogueSearch({ q: '  ', category: ['a'], sort: 'NAME_ASC', page: 1, stock: false, more: 1 }),
  ).toEqual({})
  expect(catalogueSearch({ sort: 'toString', from: -1, to: 1.5, page: 'x', stock: 'yes' })).toEqual(
    {},
  )
  expect(catalogueSearch({ from: 1e300, to: null, page: Infinity })).toEqual({})
  expect(catalogueSearch({ q: 'x'.repeat(500) }).q).toHaveLength(100)
})

test('a change begins at the first page again', () => {
  expect(changed({ q: 'tea', page: 3 }, { category: 'pantry' })).toEqual({
    q: 'tea',
    category: 'pantry',
  })
  expect(changed({ q: 'tea', stock: true }, { stock: undefined })).toEqual({ q: 'tea' })
})

test('an empty search filters nothing', () => {
  expect(Object.values(filterOf({})).every((value) => value === null)).toBe(true)
  expect(filterOf({ q: 'tea', from: 0 })).toMatchObject({
    search: 'tea',
    category: null,
    priceFrom: 0,
  })
  expect(narrowed({ q: 'tea', category: 'pantry' })).toBe(false)
  expect(narrowed({ from: 0 })).toBe(true)
})

test('a search of signs alone has no word', () => {
  expect(['🍵', '%%', '?!', '\u0301'].filter(hasWord)).toEqual([])
  expect(['🍵 tea', '72%', '紅', 'Ⅷ'].filter(hasWord)).toHaveLength(4)
})
