import type { InvoiceQuery } from '../gql/graphql'
import { digitsOf } from '../catalogue/amount'

type Line = NonNullable<NonNullable<InvoiceQuery['order']>['invoice']>['lines'][number]
type Parts = Pick<Line, 'taxBasisPoints'> & Record<'net' | 'tax', { amountMinor: number; currency: string }>

/** What an invoice has of one rate of tax. */
export interface Taxed {
  basisPoints: number
  net: string
  tax: string
  currency: string
}

/**
 * The net amounts and the taxes of each rate, the highest first. The one place where amounts are summed here: a bill has to
 * tell them, and the graph does not. They are whole numbers of the smallest unit, and an invoice's totals are the sums of
 * its lines by definition.
 */
export function taxesOf(lines: readonly Parts[]): Taxed[] {
  const rates = [...new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints))].toSorted((a, b) => b - a)
  return rates.map((basisPoints) => {
    const taxed = lines.filter(({ taxBasisPoints }) => taxBasisPoints === basisPoints)
    const currency = taxed[0]?.net.currency ?? ''
    const sum = (of: 'net' | 'tax') => decimalOf(taxed.reduce((sum, line) => sum + BigInt(line[of].amountMinor), 0n), digitsOf(currency))
    return { basisPoints, net: sum('net'), tax: sum('tax'), currency }
  })
}

/** Digits are moved, not computed with: 1290 is "12.90". */
function decimalOf(minor: bigint, digits: number): string {
  const all = String(minor).padStart(digits + 1, '0')
  return digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`
}
