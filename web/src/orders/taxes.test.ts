import { expect, test } from 'vitest'
import { taxesOf } from './taxes'

const line = (taxBasisPoints: number, net: number, tax: number, currency = 'EUR') => ({
  taxBasisPoints,
  net: { amountMinor: net, currency },
  tax: { amountMinor: tax, currency },
})

test('each rate has the sums of its lines, the highest rate first', () => {
  expect(taxesOf([line(700, 598, 42), line(1900, 1084, 206), line(700, 1, 0), line(0, 250, 0)])).toEqual([
    { basisPoints: 1900, net: '10.84', tax: '2.06', currency: 'EUR' },
    { basisPoints: 700, net: '5.99', tax: '0.42', currency: 'EUR' },
    { basisPoints: 0, net: '2.50', tax: '0.00', currency: 'EUR' },
  ])
})

test('sums are exact beyond what a double holds, and in currencies without cents', () => {
  expect(taxesOf([line(1900, Number.MAX_SAFE_INTEGER, 1), line(1900, 2, 1)])[0]?.net).toBe('90071992547409.93')
  expect(taxesOf([line(1000, 1200, 120, 'JPY')])[0]).toMatchObject({ net: '1200', tax: '120' })
})
