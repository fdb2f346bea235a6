import { expect, test } from 'vitest'
import { readPrices } from './prices'

function read(from: string, to: string) {
  const form = new FormData()
  form.set('from', from)
  form.set('to', to)
  return readPrices(form, 'EUR')
}

test('both ends of a range are read', () => {
  expect(read('€20', '1.000')).toEqual({ from: 2000, to: 100_000, problems: {} })
  expect(read('', ' ')).toEqual({ from: undefined, to: undefined, problems: {} })
})

test('each end says that it cannot be read', () => {
  const { problems } = read('cheap', '$20')
  expect(problems.from).toMatch(/^“cheap” is not an amount/)
  expect(problems.to).toMatch(/^“\$20” is not an amount/)
  expect(read('12', 'x').problems.from).toBeUndefined()
})

test('a range that is upside down says so', () => {
  expect(read('20', '10').problems).toEqual({ to: 'This is less than the lowest price.' })
  expect(read('20', '20').problems).toEqual({})
})
