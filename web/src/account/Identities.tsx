import { graphql } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { useSocialProviders } from '../session/social'
import { Bones } from '../ui/Bones'
import { formatDate } from '../ui/format'
import { Notice } from '../ui/Notice'

const MyIdentities = graphql(`
  query MyIdentities {
    me {
      id
      socialIdentities {
        provider
        email
        linkedAt
      }
    }
  }
`)

/** The providers by whom the visitor can log in. */
export function Identities() {
  const { region, retry, fetching } = useRegion({ query: MyIdentities, variables: {}, root: 'me' })
  const names = new Map(useSocialProviders().map(({ id, name }) => [id, name]))
  const fault = faultIn(region)
  const identities = dataOf(region)?.socialIdentities
  return (
    <>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          Your accounts elsewhere cannot be told just now.
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={2} label="Loading your accounts elsewhere" />}
      {identities?.length === 0 && <p className="text-muted">None: you log in with your password alone.</p>}
      <ul className="space-y-4">
        {identities?.map(({ provider, email, linkedAt }) => (
          <li key={provider + email} className="card p-5">
            <span className="block font-medium">{names.get(provider) ?? provider}</span>
            <span className="block wrap-anywhere">{email}</span>
            <span className="text-sm text-muted">Since {formatDate(linkedAt)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
