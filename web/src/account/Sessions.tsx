import { useState } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import type { Api } from '../graphql/api'
import { useAction } from '../graphql/useAction'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { Bones } from '../ui/Bones'
import { formatDate } from '../ui/format'
import { Notice } from '../ui/Notice'

const SessionParts = graphql(`
  fragment SessionParts on Session {
    id
    kind
    createdAt
    renewedAt
    current
  }
`)

const MySessions = graphql(`
  query MySessions {
    me {
      id
      sessions {
        id
        ...SessionParts
      }
    }
  }
`)

const RevokeSession = graphql(`
  mutation RevokeSession($id: ID!) {
    revokeSession(id: $id) {
      endedSessions
    }
  }
`)

const kinds = { BROWSER: 'Browser', API: 'API consumer' }

/** The visitor's sessions, each but this one with a button that ends it. */
export function Sessions() {
  const { region, retry, fetching } = useRegion({ query: MySessions, variables: {}, root: 'me' })
  const [message, setMessage] = useState('')
  const fault = faultIn(region)
  return (
    <>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          Your sessions are unavailable right now.
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={3} label="Loading your sessions" />}
      <ul className="space-y-4">
        {dataOf(region)?.sessions.map((session) => (
          <SessionCard key={session.id} of={session} onAnswer={retry} onEnd={setMessage} />
        ))}
      </ul>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {message}
      </p>
    </>
  )
}

interface CardProps {
  of: FragmentType<typeof SessionParts>
  onAnswer: () => void
  /** Gets the message if the session may not have ended, and an empty text otherwise. */
  onEnd: (message: string) => void
}

function SessionCard({ of, onAnswer, onEnd }: CardProps) {
  const { id, kind, createdAt, renewedAt, current } = unmask(SessionParts, of)
  const { isPending, run } = useAction(async (api) => {
    const { fault } = await api.mutate(RevokeSession, { id })
    onAnswer()
    onEnd(fault ? await lookUp(api, id) : '')
  })
  return (
    <li className="card flex flex-wrap items-center justify-between gap-4 p-5">
      <p>
        <span className="block font-medium">
          {kinds[kind]}
          {current && ', this one'}
        </span>
        <span className="text-sm text-muted">
          Since {formatDate(createdAt)}, last renewed {formatDate(renewedAt)}
        </span>
      </p>
      {!current && (
        <button
          type="button"
          className="button button-quiet"
          aria-busy={isPending || undefined}
          onClick={() => void run()}
        >
          End session
        </button>
      )}
    </li>
  )
}

/** Asks whether a session has ended when the answer is lost. Returns the message to show if not. */
async function lookUp(api: Api, id: string): Promise<string> {
  const { value: me } = await api.fetch(MySessions, {})
  if (!me)
    return 'We do not know whether the session has ended: accounts do not answer. Please try again.'
  const exists = me.sessions.some((session) => session.id === id)
  return exists ? 'The session has not ended yet. Please try again.' : ''
}
