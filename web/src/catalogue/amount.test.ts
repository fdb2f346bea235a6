import { expect, test } from 'vitest'
import { digitsOf, minorOf, typedOf } from './amount'

test('an amount is read as it is typed', () => {
  for (const [typed, minor] of Object.entries({ '12': 1200, '12.5': 1250, '12,50': 1250, ' 0.05 ': 5, '7.': 700, '0': 0 })) {
    expect(minorOf(typed, 2), typed).toBe(minor)
  }
  for (const typed of ['', 'x', '-1', '1.234', '1e3', '1 000', '.5', '1234567890']) {
    expect(minorOf(typed, 2), typed).toBeUndefined()
  }
  expect(minorOf('1200', digitsOf('JPY'))).toBe(1200)
  expect(minorOf('1.2', digitsOf('JPY'))).toBeUndefined()
})

test('and written as it would be typed', () => {
  for (const [minor, typed] of [[1200, '12'], [1250, '12.50'], [5, '0.05'], [0, '0']] as const) {
    expect(typedOf(minor, 2)).toBe(typed)
    expect(minorOf(typed, 2)).toBe(minor)
  }
  expect(typedOf(1200, 0)).toBe('1200')
})
