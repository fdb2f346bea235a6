import { graphql } from '../gql'
import type { Api } from '../graphql/api'
import { inputErrors, tooManyAttempts, type FormErrors } from './forms'
import type { Session } from './session'

const unreachable = 'Accounts are unavailable right now. Please try again in a moment.'
const unknown = (what: string) =>
  `Accounts do not answer, so we do not know whether ${what}. Please press the button again.`

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

/** Returns the token of a mail's link. It follows the #, so that no server gets it. */
export function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? ''
}

export async function forgotPassword(api: Api, login: string): Promise<FormErrors> {
  const { fault } = await api.mutate(ForgotPassword, { login })
  return fault ? { form: unreachable } : {}
}

/**
 * Sets a new password with a link's token. It ends all sessions, so this browser forgets its own.
 */
export async function resetPassword(
  api: Api,
  session: Session,
  input: { token: string; newPassword: string },
): Promise<FormErrors> {
  const { value, fault } = await api.mutate(ResetPassword, { input })
  if (fault) return { form: unknown('your password is set') }
  const [refusal] = value.errors
  if (refusal) {
    return { [refusal.__typename === 'WeakPassword' ? 'newPassword' : 'form']: refusal.message }
  }
  session.end()
  return {}
}

export async function verifyEmail(
  api: Api,
  token: string,
): Promise<'done' | 'invalid' | 'unreachable'> {
  const { value } = await api.mutate(VerifyEmail, { token })
  if (!value) return 'unreachable'
  return value.done ? 'done' : 'invalid'
}

export async function sendVerification(api: Api): Promise<boolean> {
  const { value } = await api.mutate(SendVerification, {})
  return value?.accepted ?? false
}

const isNew = 'Your new password is set.'

/** What the form shows: errors, or under `said` what was done. */
export type PasswordChanged = FormErrors & { said?: string }

/**
 * changePassword changes the password and says how many other sessions ended. The password may be
 * changed already by an earlier request whose answer was lost, also before a reload. Then the
 * server refuses the current password, because the new one is the current one by now. To find out,
 * changePassword asks the server to change the new password to itself.
 */
export async function changePassword(
  api: Api,
  input: { currentPassword: string; newPassword: string },
): Promise<PasswordChanged> {
  const { value, fault } = await api.mutate(ChangePassword, { input })
  if (fault) return { form: unknown('your password is changed') }
  const [refusal] = value.errors
  if (!refusal) return { said: `${isNew} Other sessions that ended: ${value.endedSessions}.` }
  if (refusal.__typename === 'TooManyAttempts') return tooManyAttempts(refusal)
  if (refusal.__typename === 'InvalidCredentials') {
    const again = { input: { ...input, currentPassword: input.newPassword } }
    if ((await api.mutate(ChangePassword, again)).value?.errors.length === 0) return { said: isNew }
  }
  return inputErrors([refusal])
}
