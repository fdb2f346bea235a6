import { expect, test } from 'vitest'
import { pagesAround } from './pages'

test('the ends and the neighbours are linked to', () => {
  expect(pagesAround(1, 1)).toEqual([1])
  expect(pagesAround(1, 3)).toEqual([1, 2, 3])
  expect(pagesAround(3, 5)).toEqual([1, 2, 3, 4, 5])
  expect(pagesAround(1, 9)).toEqual([1, 2, 0, 9])
  expect(pagesAround(5, 9)).toEqual([1, 0, 4, 5, 6, 0, 9])
  expect(pagesAround(4, 9)).toEqual([1, 2, 3, 4, 5, 0, 9])
  expect(pagesAround(99, 3)).toEqual([1, 2, 3])
})
