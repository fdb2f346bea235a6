import { useCallback } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql'
import { useServices } from '../services/services'
import type { FormErrors } from './actions'

const unreachable = 'Accounts cannot be reached just now. Please try again in a moment.'
const unknown = (what: string) =>
  `Accounts do not answer, so it is not known whether ${what}. Please press the button again.`

const ForgotPassword = graphql(`
  mutation ForgotPassword($login: String!) {
    forgotPassword(login: $login) {
      accepted
    }
  }
`)

const ResetPassword = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      done
      errors {
        __typename
        ... on UserError {
          message
        }
      }
    }
  }
`)

const VerifyEmail = graphql(`
  mutation VerifyEmail($token: String!) {
    verifyEmail(token: $token) {
      done
    }
  }
`)

const SendVerification = graphql(`
  mutation SendVerification {
    sendVerification {
      accepted
    }
  }
`)

const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      endedSessions
      errors {
        __typename
        ... on UserError {
          message
          path
        }
        ... on TooManyAttempts {
          retryAfter
        }
      }
    }
  }
`)

/** The token that a mail's link brings. It stands behind #, so that no server sees it. */
export function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? ''
}

export function useForgotPassword(): (login: string) => Promise<FormErrors> {
  const client = useClient()
  return useCallback(
    async (login): Promise<FormErrors> => {
      const { data } = await client.mutation(ForgotPassword, { login }).toPromise()
      return data?.forgotPassword ? {} : { form: unreachable }
    },
    [client],
  )
}

/** Sets a new password. All sessions end with it, so the one of this browser is forgotten, too. */
export function useResetPassword(): (token: string, newPassword: string) => Promise<FormErrors> {
  const client = useClient()
  const { session } = useServices()
  return useCallback(
    async (token, newPassword): Promise<FormErrors> => {
      const { data } = await client
        .mutation(ResetPassword, { input: { token, newPassword } })
        .toPromise()
      const payload = data?.resetPassword
      if (!payload) return { form: unknown('your password is set') }
      const [refusal] = payload.errors
      if (refusal)
        return { [refusal.__typename === 'WeakPassword' ? 'newPassword' : 'form']: refusal.message }
      session.end()
      return {}
    },
    [client, session],
  )
}

export function useVerifyEmail(): (token: string) => Promise<'done' | 'invalid' | 'unreachable'> {
  const client = useClient()
  return useCallback(
    async (token) => {
      const { data } = await client.mutation(VerifyEmail, { token }).toPromise()
      if (!data?.verifyEmail) return 'unreachable'
      return data.verifyEmail.done ? 'done' : 'invalid'
    },
    [client],
  )
}

export function useSendVerification(): () => Promise<boolean> {
  const client = useClient()
  return useCallback(async () => {
    const { data } = await client.mutation(SendVerification, {}).toPromise()
    return data?.sendVerification?.accepted ?? false
  }, [client])
}

const isNew = 'Your password is new.'

/** What the form shows: errors, or what was done. */
type PasswordChanged = FormErrors & { said?: string }

/**
 * useChangePassword changes the password, and says how many other sessions ended with the old one.
 * The password may be changed already, by a press whose answer was lost, also before a reload.
 * Then the current password is refused and the new one is the current one: a change of it to itself
 * shows that.
 */
export function useChangePassword(): (current: string, next: string) => Promise<PasswordChanged> {
  const client = useClient()
  return useCallback(
    async (current, newPassword): Promise<PasswordChanged> => {
      const send = async (currentPassword: string) => {
        const input = { currentPassword, newPassword }
        const { data } = await client.mutation(ChangePassword, { input }).toPromise()
        return data?.changePassword
      }
      const payload = await send(current)
      if (!payload) return { form: unknown('your password is changed') }
      const { errors, endedSessions } = payload
      const [refusal] = errors
      if (!refusal) return { said: `${isNew} Other sessions that ended: ${endedSessions}.` }
      if (refusal.__typename === 'TooManyAttempts') {
        return { form: `Too many failed attempts. Please wait ${refusal.retryAfter} seconds.` }
      }
      const isWrong = refusal.__typename === 'InvalidCredentials'
      if (isWrong && (await send(newPassword))?.errors.length === 0) return { said: isNew }
      return { [refusal.path?.at(-1) ?? 'form']: refusal.message }
    },
    [client],
  )
}
