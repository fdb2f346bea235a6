import { useQuery } from 'urql'
import { graphql } from '../gql'
import type { Api } from '../graphql/api'
import { keepNext } from './next'
import type { Session } from './session'

export const SocialProviders = graphql(`
  query SocialProviders {
    socialProviders {
      id
      name
    }
  }
`)

const BeginSocialLogin = graphql(`
  mutation BeginSocialLogin($provider: ID!) {
    beginSocialLogin(provider: $provider) {
      url
    }
  }
`)

const FinishSocialLogin = graphql(`
  mutation FinishSocialLogin($input: FinishSocialLoginInput!) {
    finishSocialLogin(input: $input) {
      expiresAt
      errors {
        __typename
        ... on UserError {
          message
        }
      }
    }
  }
`)

/** Returns the shop's providers; none until the shop answers. */
export function useSocialProviders(): { id: string; name: string }[] {
  const [{ data }] = useQuery({ query: SocialProviders })
  return data?.socialProviders ?? []
}

/**
 * Leaves for a provider's page, which sends the browser back to SocialCallbackPage. Returns false
 * if the shop does not answer.
 */
export async function beginSocialLogin(
  api: Api,
  session: Session,
  { provider, next }: { provider: string; next: string },
): Promise<boolean> {
  const { value } = await api.mutate(BeginSocialLogin, { provider })
  if (!value?.url) return false
  keepNext(session.kept().tab, next)
  window.location.assign(value.url)
  return true
}

/** Logs in with the provider's code. Returns the message to show if that fails. */
export async function finishSocialLogin(
  api: Api,
  session: Session,
  input: { state: string; code: string },
): Promise<string> {
  const { value } = await api.mutate(FinishSocialLogin, { input })
  if (!value) {
    session.reread() // the cookies may have arrived although the rest of the answer is lost
    return 'Accounts do not answer, so you are not logged in. Please log in again.'
  }
  const [refusal] = value.errors
  if (refusal) return refusal.message
  session.renewed(value.expiresAt)
  return ''
}
