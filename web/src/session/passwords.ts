import { useCallback } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql'
import { useServices } from '../app/services'
import type { FormErrors } from './actions'

const unreachable = 'Accounts cannot be reached just now. Please try again in a moment.'

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
  const { session, tabs } = useServices()
  return useCallback(
    async (token, newPassword): Promise<FormErrors> => {
      const { data } = await client.mutation(ResetPassword, { input: { token, newPassword } }).toPromise()
      const payload = data?.resetPassword
      if (!payload) return { form: unreachable }
      const [refusal] = payload.errors
      if (refusal) return { [refusal.__typename === 'WeakPassword' ? 'newPassword' : 'form']: refusal.message }
      session.end()
      tabs.tell('session')
      return {}
    },
    [client, session, tabs],
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

/** Changes the password, and tells how many other sessions ended with the old one. */
export function useChangePassword(): (currentPassword: string, newPassword: string) => Promise<FormErrors & { ended?: string }> {
  const client = useClient()
  return useCallback(
    async (currentPassword, newPassword): Promise<FormErrors & { ended?: string }> => {
      const { data } = await client.mutation(ChangePassword, { input: { currentPassword, newPassword } }).toPromise()
      const payload = data?.changePassword
      if (!payload) return { form: unreachable }
      const [refusal] = payload.errors
      if (refusal?.__typename === 'TooManyAttempts') return { form: `Too many failed attempts. Please wait ${refusal.retryAfter} seconds.` }
      if (refusal) return { [refusal.path?.at(-1) ?? 'form']: refusal.message }
      return { ended: String(payload.endedSessions) }
    },
    [client],
  )
}
