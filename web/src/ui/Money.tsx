import { graphql, unmask, type FragmentType } from '../gql'
import { formatMoney } from './format'

export const MoneyParts = graphql(`
  fragment MoneyParts on Money {
    amountMinor
    currency
    decimal
  }
`)

/** An amount as the server counted it, in the visitor's notation. `settling`: the server is about to count anew. */
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
