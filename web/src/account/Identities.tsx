import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useClient } from 'urql'
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

// It answers with what changed, so the list and the history of the page are true at once.
const UnlinkIdentity = graphql(`
  mutation UnlinkIdentity($provider: ID!) {
    unlinkIdentity(provider: $provider) {
      user {
        id
        socialIdentities {
          provider
          email
          linkedAt
        }
        events {
          id
          kind
          at
          actorId
        }
      }
      errors {
        __typename
      }
    }
  }
`)

/** What came of unlinking a provider. */
interface Outcome {
  name: string
  is: 'unlinked' | 'last login' | 'linked' | 'unknown'
}

/** LastLogin is the only refusal. */
function outcomeOf(errors: readonly { __typename: 'LastLogin' }[]): Outcome['is'] {
  return errors.length > 0 ? 'last login' : 'unlinked'
}

/** The providers by whom the visitor can log in, and a way to be rid of them. */
export function Identities() {
  const client = useClient()
  const { region, retry, fetching } = useRegion({ query: MyIdentities, variables: {}, root: 'me' })
  const names = new Map(useSocialProviders().map(({ id, name }) => [id, name]))
  const [outcome, setOutcome] = useState<Outcome>()
  const heading = useRef<HTMLHeadingElement>(null)
  const fault = faultIn(region)
  const identities = dataOf(region)?.socialIdentities
  /** Looks whether an identity is unlinked when the answer is lost. */
  const look = async (provider: string): Promise<Outcome['is']> => {
    const asked = client.query(MyIdentities, {}, { requestPolicy: 'network-only' })
    const identities = (await asked.toPromise()).data?.me?.socialIdentities
    if (!identities) return 'unknown'
    return identities.some((identity) => identity.provider === provider) ? 'linked' : 'unlinked'
  }
  const unlink = async (provider: string, name: string) => {
    const { data } = await client.mutation(UnlinkIdentity, { provider }).toPromise()
    const payload = data?.unlinkIdentity
    const is = payload ? outcomeOf(payload.errors) : await look(provider)
    setOutcome({ name, is })
    retry() // after an outage, what is shown may not follow the cache
    if (is === 'unlinked') heading.current?.focus() // the button goes with its entry
  }
  return (
    <section aria-labelledby="identities">
      <h2 id="identities" ref={heading} tabIndex={-1} className="mb-6">
        Accounts elsewhere
      </h2>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          Your accounts elsewhere cannot be told just now.
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={2} label="Loading your accounts elsewhere" />}
      {identities?.length === 0 && (
        <p className="text-muted">None: you log in with your password alone.</p>
      )}
      <ul className="space-y-4">
        {identities?.map(({ provider, email, linkedAt }) => (
          <Identity
            key={provider + linkedAt}
            name={names.get(provider) ?? provider}
            email={email}
            linkedAt={linkedAt}
            onUnlink={(name) => void unlink(provider, name)}
          />
        ))}
      </ul>
      <Told outcome={outcome} />
    </section>
  )
}

interface Props {
  name: string
  email: string
  linkedAt: string
  onUnlink: (name: string) => void
}

function Identity({ name, email, linkedAt, onUnlink }: Props) {
  return (
    <li className="card flex flex-wrap items-center justify-between gap-4 p-5">
      <p>
        <span className="block font-medium">{name}</span>
        <span className="block wrap-anywhere">{email}</span>
        <span className="text-sm text-muted">Since {formatDate(linkedAt)}</span>
      </p>
      <button type="button" className="button button-quiet" onClick={() => onUnlink(name)}>
        Unlink<span className="sr-only"> {name}</span>
      </button>
    </li>
  )
}

/** Tells what came of it: success politely, and else why. */
function Told({ outcome }: { outcome: Outcome | undefined }) {
  return (
    <>
      <p role="status" className="mt-3 font-medium empty:hidden">
        {outcome?.is === 'unlinked' && `${outcome.name} is unlinked.`}
      </p>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {outcome?.is === 'linked' && `${outcome.name} is not unlinked yet. Please try again.`}
        {outcome?.is === 'unknown' &&
          `It is not known whether ${outcome.name} is unlinked: no answer came. Please try again.`}
        {outcome?.is === 'last login' && (
          <>
            {outcome.name} stays: you have no password, and could not log in without it. Set one
            first, by way of{' '}
            <Link to="/forgot-password" className="link inline-block py-1">
              Forgot your password?
            </Link>
          </>
        )}
      </p>
    </>
  )
}
