import { Client, fetchExchange } from '@urql/core'
import type { Session } from '../session/session'
import { refreshing } from './auth'
import { normalising } from './cache'

/** A client with an empty cache. A new person gets a new one. */
export function newClient(session: Session, fetcher: typeof fetch = (...request) => fetch(...request)): Client {
  return new Client({
    url: '/graphql',
    fetch: fetcher,
    fetchOptions: { credentials: 'same-origin' },
    preferGetMethod: false,
    exchanges: [normalising(), refreshing(session), fetchExchange],
  })
}
