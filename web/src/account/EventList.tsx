import { graphql, unmask, type FragmentType } from '../gql'
import type { AccountEventKind } from '../gql/graphql'
import { formatMoment } from '../ui/format'

export const EventParts = graphql(`
  fragment EventParts on AccountEvent {
    id
    kind
    at
    actorId
  }
`)

export const eventNames: Record<AccountEventKind, string> = {
  REGISTERED: 'Registered',
  LOGGED_IN: 'Logged in',
  LOGGED_OUT: 'Logged out',
  PASSWORD_CHANGED: 'Password changed',
  PASSWORD_RESET_REQUESTED: 'New password requested',
  PASSWORD_RESET: 'New password set with a link',
  EMAIL_VERIFIED: 'E-mail address confirmed',
  ROLE_CHANGED: 'Role changed',
  TOKEN_REUSED: 'A session ended: its token was used twice',
  SOCIAL_LINKED: 'Account linked',
  SOCIAL_UNLINKED: 'Account unlinked',
}

/** A list of events in the visitor's words, with a note if somebody else caused one. */
export function EventList({
  events,
  userId,
}: {
  events: readonly FragmentType<typeof EventParts>[]
  userId: string
}) {
  return (
    <ol className="space-y-2 border-l border-line pl-4">
      {unmask(EventParts, events).map(({ id, kind, at, actorId }) => (
        <li key={id}>
          {eventNames[kind]}
          {actorId && actorId !== userId && ', by the shop'}
          <time dateTime={at} className="block text-sm text-muted">
            {formatMoment(at)}
          </time>
        </li>
      ))}
    </ol>
  )
}
