import { useState } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { Bones } from '../ui/Bones'
import { formatDate } from '../ui/format'
import { Notice } from '../ui/Notice'

const MySessions = graphql(`
  query MySessions {
    me {
      id
      sessions {
        id
        kind
        createdAt
        renewedAt
        current
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

/** The sessions that hold, and a way to end those that are not this one. */
export function Sessions() {
  const client = useClient()
  const { region, retry, fetching } = useRegion({ query: MySessions, variables: {}, root: 'me' })
  const [message, setMessage] = useState('')
  const fault = faultIn(region)
  const end = async (id: string) => {
    const { data } = await client.mutation(RevokeSession, { id }).toPromise()
    retry()
    setMessage(data?.revokeSession ? '' : await look(id))
  }
  /** Looks whether a session has ended when the answer is lost, and returns what to say if not. */
  const look = async (id: string) => {
    const asked = client.query(MySessions, {}, { requestPolicy: 'network-only' })
    const sessions = (await asked.toPromise()).data?.me?.sessions
    if (!sessions)
      return 'It is not known whether it has ended: accounts do not answer. Please try again.'
    const holds = sessions.some((session) => session.id === id)
    return holds ? 'The session has not ended yet. Please try again.' : ''
  }
  return (
    <>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          Your sessions cannot be told just now.
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={3} label="Loading your sessions" />}
      <ul className="space-y-4">
        {dataOf(region)?.sessions.map(({ id, kind, createdAt, renewedAt, current }) => (
          <li key={id} className="card flex flex-wrap items-center justify-between gap-4 p-5">
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
              <button type="button" className="button button-quiet" onClick={() => void end(id)}>
                End it
              </button>
            )}
          </li>
        ))}
      </ul>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {message}
      </p>
    </>
  )
}
