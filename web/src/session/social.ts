import { useCallback } from 'react'
import { useClient, useQuery } from 'urql'
import { useServices } from '../services/services'
import { graphql } from '../gql'
import { keepNext } from './next'

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

/** Those that the shop is configured for; none while nobody can tell. */
export function useSocialProviders(): { id: string; name: string }[] {
  const [{ data }] = useQuery({ query: SocialProviders })
  return data?.socialProviders ?? []
}

/** Goes to a provider, to come back to the page of `useFinishSocialLogin`. Answers false when that cannot be. */
export function useBeginSocialLogin(): (provider: string, next: string) => Promise<boolean> {
  const client = useClient()
  const { session } = useServices()
  return useCallback(
    async (provider, next) => {
      const { data } = await client.mutation(BeginSocialLogin, { provider }).toPromise()
      const url = data?.beginSocialLogin?.url
      if (!url) return false
      keepNext(session.kept().tab, next)
      window.location.assign(url)
      return true
    },
    [client, session],
  )
}

/** Logs in by what the provider sent along; answers what to say if that was refused. */
export function useFinishSocialLogin(): (state: string, code: string) => Promise<string> {
  const client = useClient()
  const { session } = useServices()
  return useCallback(
    async (state, code) => {
      const { data } = await client
        .mutation(FinishSocialLogin, { input: { state, code } })
        .toPromise()
      const payload = data?.finishSocialLogin
      if (!payload) {
        session.reread() // the cookies may have come, and only the rest of the answer be lost
        return 'Accounts do not answer, so you are not logged in here. Please log in once more.'
      }
      const [refusal] = payload.errors
      if (refusal) return refusal.message
      session.renewed(payload.expiresAt)
      return ''
    },
    [client, session],
  )
}
