import { useCallback, useRef } from 'react'
import { useClient } from 'urql'
import { useServices } from '../app/services'
import type { RegisterInput } from '../gql/graphql'
import { faultsOf } from '../regions/fault'
import { Login, Logout, Register } from './documents'

/** What a form shows: by input name, and `form` for what belongs to none. Empty when all went well. */
export type FormErrors = Record<string, string>

const unreachable = 'Accounts cannot be reached just now. Please try again in a moment; the shelves stay open meanwhile.'

export function useLogin(): (login: string, password: string) => Promise<FormErrors> {
  const client = useClient()
  const { session, tabs } = useServices()
  return useCallback(
    async (login, password): Promise<FormErrors> => {
      const { data, error } = await client.mutation(Login, { input: { login, password } }).toPromise()
      const payload = data?.login
      if (!payload) return { form: told(faultsOf(error)[0]?.code) }
      const [refusal] = payload.errors
      if (refusal?.__typename === 'TooManyAttempts') {
        return { form: `Too many failed attempts. Please wait ${refusal.retryAfter} seconds.` }
      }
      if (refusal) return { form: 'Unknown user or wrong password.' }
      session.renewed(payload.expiresAt)
      session.reread()
      tabs.tell('session')
      return {}
    },
    [client, session, tabs],
  )
}

/**
 * useRegister registers and logs in. The account may exist although the answer was lost. So when the next try for the
 * same username fails because it is taken, useRegister logs in with the typed password.
 */
export function useRegister(): (input: RegisterInput) => Promise<FormErrors> {
  const client = useClient()
  const login = useLogin()
  const begun = useRef<string>(undefined)
  return useCallback(
    async (input): Promise<FormErrors> => {
      const { data, error } = await client.mutation(Register, { input }).toPromise()
      const payload = data?.register
      if (!payload || payload.errors.length === 0) {
        begun.current = input.username
        return payload ? login(input.username, input.password) : { form: told(faultsOf(error)[0]?.code) }
      }
      const refused = Object.fromEntries(payload.errors.map(({ path, message }) => [path?.at(-1) ?? 'form', message]))
      const isTaken = payload.errors.every(({ __typename }) => __typename === 'UsernameTaken' || __typename === 'EmailTaken')
      if (!isTaken || begun.current !== input.username) return refused
      const { form } = await login(input.username, input.password)
      return form === undefined ? {} : { ...refused, form }
    },
    [client, login],
  )
}

/** Forgets all that is personal, here and in the other tabs; `everywhere` ends the sessions of other devices, too. Answers false when nobody could be told. */
export function useLogout(everywhere: boolean): () => Promise<boolean> {
  const client = useClient()
  const { session, tabs, copies, localBasket, placing } = useServices()
  return useCallback(async () => {
    const { data } = await client.mutation(Logout, { everywhere }).toPromise()
    if (!data?.logout) return false
    copies.clear()
    localBasket.clear()
    placing.settle()
    session.end()
    tabs.tell('session')
    return true
  }, [client, session, tabs, copies, localBasket, placing, everywhere])
}

function told(code: string | undefined): string {
  return code === 'RATE_LIMITED' ? 'Too many requests. Please wait a moment.' : unreachable
}
