import { graphql, unmask, type FragmentType } from '../gql'
import { formatMoment } from '../ui/format'
import { statusNames } from './status'

const HistoryParts = graphql(`
  fragment HistoryParts on OrderEvent {
    status
    at
  }
`)

/** The order's changes of status, with their times. */
export function History({ of }: { of: readonly FragmentType<typeof HistoryParts>[] }) {
  const events = unmask(HistoryParts, of)
  if (events.length === 0) return null
  return (
    <section aria-labelledby="history" className="mt-8">
      <h2 id="history">History</h2>
      <ol className="mt-3 space-y-2 border-l border-line pl-4">
        {events.map(({ status, at }) => (
          <li key={at + status}>
            {statusNames[status]}{' '}
            <time dateTime={at} className="block text-sm text-muted">
              {formatMoment(at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  )
}
