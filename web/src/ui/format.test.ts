import { afterEach, expect, test, vi } from 'vitest'
import {
  formatDate,
  formatDocumentDate,
  formatMoment,
  formatMoney,
  formatRate,
  pieces,
} from './format'

afterEach(() => vi.unstubAllEnvs())

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

test('documents are dated in the zone of the shop, everything else where the reader is', () => {
  const instant = '2026-12-31T23:30:00.000Z'
  for (const [zone, here] of [
    ['Pacific/Auckland', '1 January 2027'],
    ['Europe/Berlin', '1 January 2027'],
    ['America/New_York', '31 December 2026'],
  ] as const) {
    vi.stubEnv('TZ', zone)
    expect(formatDocumentDate(instant, 'en-GB'), zone).toBe('31 December 2026')
    expect(formatDate(instant, 'en-GB'), zone).toBe(here)
  }
})

test('a moment names its zone', () => {
  vi.stubEnv('TZ', 'Asia/Kolkata')
  expect(plain(formatMoment('2026-12-31T23:30:00.000Z', 'en-GB'))).toMatch(
    /^1 January 2027.* 5:00 .*(GMT\+5:30|IST)$|^1 January 2027.* 05:00 (GMT\+5:30|IST)$/,
  )
})
