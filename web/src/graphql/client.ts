import { Client, fetchExchange } from '@urql/core'
import type { Session } from '../session/session'
import { refreshing } from './auth'
import { normalising } from './cache'

/**
 * newClient returns a client with an empty cache, for the person who is at the browser now. It
 * neither sends a request nor takes an answer while somebody else is there.
 */
export function newClient(
  session: Session,
  fetcher: typeof fetch = (...request) => fetch(...request),
): Client {
  return new Client({
    url: '/graphql',
    fetch: personally(session, fetcher),
    fetchOptions: { credentials: 'same-origin' },
    preferGetMethod: false,
    exchanges: [normalising(), refreshing(session), fetchExchange],
  })
}

/** The operations whose answer comes with another person's cookies: that is their purpose. */
const changingPerson: ReadonlySet<string> = new Set(['Login', 'FinishSocialLogin', 'Logout'])

/**
 * The browser adds the cookies of whoever is logged in while it sends: so the person is checked
 * before and after.
 */
function personally(session: Session, fetcher: typeof fetch): typeof fetch {
  const person = session.snapshot()
  const check = () => {
    if (session.isThere(person)) return
    session.reread()
    throw new Error('somebody else is logged in')
  }
  return async (url, options) => {
    check()
    const answer = await fetcher(url, options)
    if (!changingPerson.has(operationOf(options))) check()
    return answer
  }
}

function operationOf(options: RequestInit | undefined): string {
  const { operationName = '' } = JSON.parse(options?.body as string) as { operationName?: string }
  return operationName
}
