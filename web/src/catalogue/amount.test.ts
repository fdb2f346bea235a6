import { expect, test, vi } from 'vitest'
import { formatMoney } from '../ui/format'
import { digitsOf, readAmount, typedOf } from './amount'

test.each(
  Object.entries({
    '12': 1200,
    '12.5': 1250,
    '12,50': 1250,
    ' 0.05 ': 5,
    '7.': 700,
    '0': 0,
    '.5': 50,
    '1.000': 100_000,
    '1,000': 100_000,
    '1.00': 100,
    '1,00': 100,
    '1 000': 100_000,
    "1'000.50": 100_050,
    '1’000': 100_000,
    '1.234,50': 123_450,
    '1,234.50': 123_450,
    '1 234,50': 123_450,
    '1.234.567': 123_456_700,
    '1,00,000.50': 10_000_050,
    '€20': 2000,
    '20€': 2000,
    '20 €': 2000,
    '€ 1.000': 100_000,
    'EUR 20': 2000,
    '20 eur': 2000,
    '１２．５０': 1250,
    '١٢٫٥٠': 1250,
    '١٬٠٠٠': 100_000,
  }),
)('reads "%s"', (typed, minor) => {
  expect(readAmount(typed, 'EUR')).toEqual({ minor })
})

test.each([
  'x',
  '-1',
  '1e3',
  '0.125',
  '1.2345',
  '1234.567',
  '1.23.45',
  '1.234,567',
  '1,234 567',
  '12 34',
  '.',
  ',',
  '€',
  '$20',
  '20 USD',
  '20-30',
  '1234567890123',
  '€20€',
])('does not read "%s"', (typed) => {
  expect(readAmount(typed, 'EUR')).toBe('unreadable')
})

test('nothing typed is no amount, and no mistake', () => {
  expect(readAmount('', 'EUR')).toEqual({ minor: undefined })
  expect(readAmount(' \u00a0', 'EUR')).toEqual({ minor: undefined })
})

test('the decimals are those of the currency', () => {
  expect(readAmount('1200', 'JPY')).toEqual({ minor: 1200 })
  expect(readAmount('¥1,200', 'JPY')).toEqual({ minor: 1200 })
  expect(readAmount('1.2', 'JPY')).toBe('unreadable')
  expect(readAmount('1.234', 'KWD')).toEqual({ minor: 1234 })
  expect(readAmount('1.234.567', 'KWD')).toEqual({ minor: 1_234_567_000 })
})

const locales = [
  'en',
  'en-IN',
  'de',
  'de-AT',
  'de-CH',
  'fr',
  'fr-CH',
  'es',
  'pt',
  'pl',
  'sv',
  'nl',
  'it',
  'cs',
  'ja',
  'zh',
  'ar-EG',
  'fa',
  'hi',
  'bn',
  'mr',
  'ru',
  'tr',
  'he',
]

test.each(locales)('reads amounts as they are shown in %s', (locale) => {
  vi.spyOn(navigator, 'language', 'get').mockReturnValue(locale)
  for (const decimal of ['0.05', '8.90', '1000.00', '1234.50', '100000.00', '1234567.89']) {
    const minor = Number(decimal.replace('.', ''))
    expect(
      readAmount(formatMoney(decimal, 'EUR', locale), 'EUR'),
      formatMoney(decimal, 'EUR', locale),
    ).toEqual({ minor })
  }
})

test('amounts are written as they would be typed', () => {
  for (const [minor, typed] of [
    [1200, '12'],
    [1250, '12.50'],
    [5, '0.05'],
    [0, '0'],
    [123_400_000, '1234000'],
  ] as const) {
    expect(typedOf(minor, 2)).toBe(typed)
    expect(readAmount(typed, 'EUR')).toEqual({ minor })
  }
  expect(typedOf(1200, digitsOf('JPY'))).toBe('1200')
  expect(readAmount(typedOf(1234, 3), 'KWD')).toEqual({ minor: 1234 })
})
