import { useCallback } from 'react'
import { useClient } from 'urql'
import { useServices } from '../services/services'
import type { RegisterInput } from '../gql/graphql'
import { faultsOf } from '../regions/fault'
import { Login, Logout, MeDocument, Register } from './documents'

/** What a form shows: by input name, and `form` for what belongs to none. Empty when all went well. */
export type FormErrors = Record<string, string>

const unreachable =
  'Accounts cannot be reached just now. Please try again in a moment; the shelves stay open meanwhile.'

export function useLogin(): (login: string, password: string) => Promise<FormErrors> {
  const client = useClient()
  const { session } = useServices()
  return useCallback(
    async (login, password): Promise<FormErrors> => {
      const { data, error } = await client
        .mutation(Login, { input: { login, password } })
        .toPromise()
      const payload = data?.login
      if (!payload) return { form: told(faultsOf(error)[0]?.code) }
      const [refusal] = payload.errors
      if (refusal?.__typename === 'TooManyAttempts') {
        return { form: `Too many failed attempts. Please wait ${refusal.retryAfter} seconds.` }
      }
      if (refusal) return { form: 'Unknown user or wrong password.' }
      session.renewed(payload.expiresAt)
      return {}
    },
    [client, session],
  )
}

/**
 * useRegister registers and logs in. The account may exist already, made by a press whose answer
 * was lost, also before a reload. So when both the username and the e-mail address are taken,
 * useRegister logs in with the typed password.
 */
export function useRegister(): (input: RegisterInput) => Promise<FormErrors> {
  const client = useClient()
  const login = useLogin()
  return useCallback(
    async (input): Promise<FormErrors> => {
      const { data, error } = await client.mutation(Register, { input }).toPromise()
      const payload = data?.register
      if (!payload) return { form: told(faultsOf(error)[0]?.code) }
      const kinds = payload.errors.map(({ __typename }) => __typename).sort()
      const isMade = kinds.length === 0 || kinds.join() === 'EmailTaken,UsernameTaken'
      const refused = Object.fromEntries(
        payload.errors.map(({ path, message }) => [path?.at(-1) ?? 'form', message]),
      )
      if (!isMade) return refused
      const { form } = await login(input.username, input.password)
      return form === undefined ? {} : { ...refused, form }
    },
    [client, login],
  )
}

/** What became of a log-out: `unknown` when nobody answers. */
export type LoggedOut = 'yes' | 'no' | 'unknown'

/**
 * useLogout ends the session and forgets all that is personal, here and in the other tabs;
 * `everywhere` ends the sessions of other devices, too. When the answer is lost, it looks whether
 * the session holds.
 */
export function useLogout(everywhere: boolean): () => Promise<LoggedOut> {
  const client = useClient()
  const { session } = useServices()
  return useCallback(async () => {
    const person = session.snapshot()
    const { data } = await client.mutation(Logout, { everywhere }).toPromise()
    if (!data?.logout) {
      const asked = client.query(MeDocument, {}, { requestPolicy: 'network-only' })
      if ((await asked.toPromise()).data?.me) return 'no'
      if (session.isThere(person) && person.signedIn) return 'unknown' // a session that is refused ends here
    }
    session.end(person)
    return 'yes'
  }, [client, session, everywhere])
}

function told(code: string | undefined): string {
  return code === 'RATE_LIMITED' ? 'Too many requests. Please wait a moment.' : unreachable
}
