import { expect, test } from 'vitest'
import { formatMoney, formatRate, pieces } from './format'

const plain = (text: string) => text.replace(/\s/g, ' ')

test('money is written as each locale writes it', () => {
  expect(plain(formatMoney('1234.50', 'EUR', 'en'))).toBe('€1,234.50')
  expect(plain(formatMoney('1234.50', 'EUR', 'de'))).toBe('1.234,50 €')
  expect(plain(formatMoney('1234', 'JPY', 'en'))).toBe('¥1,234')
  expect(formatMoney('1234.50', 'EUR', 'ar-EG')).toContain('١')
})

test('money beyond what a double holds keeps its last digit', () => {
  expect(formatMoney('90071992547409.93', 'EUR', 'en')).toBe('€90,071,992,547,409.93')
})

test('rates and pieces', () => {
  expect(formatRate(1900, 'en')).toBe('19%')
  expect(formatRate(550, 'en')).toBe('5.5%')
  expect([0, 1, 2].map(pieces)).toEqual(['0 pieces', '1 piece', '2 pieces'])
})
