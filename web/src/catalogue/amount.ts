/** How many digits a currency has behind the point. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits ?? 2

/** Amounts of more digits before the point are refused: in minor units they stay exact numbers. */
const longest = 12

/** The value of an input: an amount in minor units, nothing, or a text that is not an amount. */
export type Typed = { minor: number | undefined } | 'unreadable'

/**
 * Reads a typed amount of the currency, in the notation of any locale, by one rule:
 *
 * The last point or comma is the decimal mark if it is there once and at most as many digits
 * follow as the currency has. All other points, commas, blanks and apostrophes separate thousands:
 * they are all the same sign, three digits follow each (or two, in the Indian way: 1,00,000), and
 * the first group does not begin with 0.
 *
 * So "1.000" and "1,000" are 1000 euros, "1.00" and "1,00" are 1 euro. The currency's sign or code
 * may stand at either end; another currency's makes the text unreadable.
 */
export function readAmount(typed: string, currency: string): Typed {
  const text = plain(typed, currency)
  if (text === '') return typed.trim() === '' ? { minor: undefined } : 'unreadable'
  const digits = digitsOf(currency)
  const [, before = '', after] = decimal(text, digits)
  const whole = ungrouped(before)
  if (whole === undefined || whole + (after ?? '') === '' || whole.length > longest)
    return 'unreadable'
  return { minor: Number(whole + (after ?? '').padEnd(digits, '0')) }
}

/**
 * The text with ASCII digits and marks, without the currency and what only directs or spaces it.
 */
function plain(typed: string, currency: string): string {
  const text = typed
    .normalize('NFKC')
    .replace(/[\p{Cf}]/gu, '')
    .replace(/\p{Nd}/gu, digit)
    .replace(/[٫،]/gu, ',')
    .replace(/[٬’'′]/gu, "'")
    .replace(/\s+/gu, ' ')
    .trim()
  for (const name of namesOf(currency)) {
    const size = name.length
    if (text.slice(0, size).toUpperCase() === name) return text.slice(size).trim()
    if (text.slice(-size).toUpperCase() === name) return text.slice(0, -size).trim()
  }
  return text
}

/** The digits 0 to 9 of a script follow each other in Unicode. */
function digit(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}

/** The currency's code and signs as texts have them after normalization, the longest first. */
function namesOf(currency: string): string[] {
  const sign = (locale: string, currencyDisplay: 'symbol' | 'narrowSymbol') =>
    new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay })
      .formatToParts(0)
      .find(({ type }) => type === 'currency')?.value ?? ''
  const names = [currency, sign('en', 'narrowSymbol'), sign(navigator.language, 'symbol')]
  const all = names.map((name) =>
    name
      .normalize('NFKC')
      .replace(/\p{Cf}/gu, '')
      .toUpperCase()
      .trim(),
  )
  return [...new Set(all)].filter(Boolean).toSorted((a, b) => b.length - a.length)
}

/** Splits at the decimal mark, if there is one. A mark that occurs twice separates thousands. */
function decimal(text: string, digits: number): readonly (string | undefined)[] {
  const found = new RegExp(`^(.*)[.,](\\d{0,${digits}})$`).exec(text)
  const mark = found && text.charAt(found[1]?.length ?? 0)
  return found && mark && text.indexOf(mark) === text.lastIndexOf(mark) ? found : [text, text]
}

/** The digits of a whole number, with its thousands separated or not; undefined if it is none. */
function ungrouped(text: string): string | undefined {
  if (/^\d*$/.test(text)) return text
  const grouped = /^[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\1\d{3})*$|^[1-9]\d?(?:,\d{2})+,\d{3}$/.test(
    text,
  )
  return grouped ? text.replace(/\D/g, '') : undefined
}

/** Minor units as a visitor types them: without the point, if nothing is behind it. */
export function typedOf(minor: number, digits: number): string {
  const all = String(minor).padStart(digits + 1, '0')
  const whole = all.slice(0, all.length - digits)
  const fraction = all.slice(all.length - digits)
  return /[1-9]/.test(fraction) ? `${whole}.${fraction}` : whole
}
