import { graphql, unmask, type FragmentType } from '../gql'
import { formatMoney } from './format'

export const MoneyParts = graphql(`
  fragment MoneyParts on Money {
    amountMinor
    currency
    decimal
  }
`)

/**
 * An amount of the server in the visitor's notation. It is dimmed while `settling`: a new one is
 * awaited.
 */
export function Money({
  of,
  settling = false,
}: {
  of: FragmentType<typeof MoneyParts>
  settling?: boolean
}) {
  const { decimal, currency } = unmask(MoneyParts, of)
  return (
    <span
      className={`tabular-nums whitespace-nowrap transition-opacity ${settling ? 'opacity-70' : ''}`}
      aria-busy={settling || undefined}
    >
      {formatMoney(decimal, currency)}
    </span>
  )
}
