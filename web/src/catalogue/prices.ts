import { formatMoney } from '../ui/format'
import { digitsOf, readAmount, type Typed } from './amount'

/** Why an end of the range is not used, in the visitor's words. */
export interface PriceProblems {
  from?: string
  to?: string
}

interface Prices {
  from: number | undefined
  to: number | undefined
  problems: PriceProblems
}

/** Reads the ends of a range of prices as they were typed, in minor units. */
export function readPrices(form: FormData, currency: string): Prices {
  const from = read(form, 'from', currency)
  const to = read(form, 'to', currency)
  const problems: PriceProblems = {}
  if (from === 'unreadable') problems.from = unreadable(form, 'from', currency)
  if (to === 'unreadable') problems.to = unreadable(form, 'to', currency)
  const range = { from: minorOf(from), to: minorOf(to) }
  if (range.from !== undefined && range.to !== undefined && range.from > range.to) {
    problems.to = 'This is less than the lowest price.'
  }
  return { ...range, problems }
}

const textOf = (form: FormData, name: string): string => {
  const text = form.get(name)
  return typeof text === 'string' ? text : ''
}

const read = (form: FormData, name: string, currency: string): Typed =>
  readAmount(textOf(form, name), currency)

const minorOf = (typed: Typed): number | undefined =>
  typed === 'unreadable' ? undefined : typed.minor

function unreadable(form: FormData, name: string, currency: string): string {
  const example = formatMoney(digitsOf(currency) > 0 ? '1234.50' : '1234', currency)
  return `“${textOf(form, name).trim().slice(0, 40)}” is not an amount. Write it like 12 or ${example}.`
}
