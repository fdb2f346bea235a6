import type { RegisterInput } from '../gql/graphql'
import type { Api } from '../graphql/api'
import { Login, Logout, MeDocument, Register } from './documents'
import { faultMessage, inputErrors, tooManyAttempts, type FormErrors } from './forms'
import type { Session } from './session'

const unreachable =
  'Accounts are unavailable right now. Please try again in a moment. You can still browse the catalogue.'

export async function logIn(
  api: Api,
  session: Session,
  input: { login: string; password: string },
): Promise<FormErrors> {
  const { value, fault } = await api.mutate(Login, { input })
  if (fault) return { form: faultMessage(fault, unreachable) }
  const [refusal] = value.errors
  if (refusal?.__typename === 'TooManyAttempts') return tooManyAttempts(refusal)
  if (refusal) return { form: 'Unknown user or wrong password.' }
  session.renewed(value.expiresAt)
  return {}
}

/**
 * register creates an account and logs in. The account may exist already, created by an earlier
 * request whose answer was lost, also before a reload. So when both the username and the e-mail
 * address are taken, register logs in with the typed password.
 */
export async function register(
  api: Api,
  session: Session,
  input: RegisterInput,
): Promise<FormErrors> {
  const { value, fault } = await api.mutate(Register, { input })
  if (fault) return { form: faultMessage(fault, unreachable) }
  const kinds = value.errors.map(({ __typename }) => __typename).sort()
  const exists = kinds.length === 0 || kinds.join() === 'EmailTaken,UsernameTaken'
  const refused = inputErrors(value.errors)
  if (!exists) return refused
  const { username: login, password } = input
  const { form } = await logIn(api, session, { login, password })
  return form === undefined ? {} : { ...refused, form }
}

/** The result of a log-out: `unknown` when no request is answered. */
export type LoggedOut = 'yes' | 'no' | 'unknown'

/**
 * logOut ends the session and removes all personal data, here and in the other tabs. `everywhere`
 * also ends the sessions of other devices. If the answer is lost, it asks whether the session still
 * exists.
 */
export async function logOut(api: Api, session: Session, everywhere: boolean): Promise<LoggedOut> {
  const person = session.snapshot()
  const { fault } = await api.mutate(Logout, { everywhere })
  if (fault) {
    const { value: me } = await api.fetch(MeDocument, {})
    if (me) return 'no'
    if (session.isThere(person) && person.signedIn) return 'unknown' // a refused session ends here
  }
  session.end(person)
  return 'yes'
}
