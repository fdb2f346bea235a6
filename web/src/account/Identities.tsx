import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import type { Api } from '../graphql/api'
import { useAction } from '../graphql/useAction'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { useSocialProviders } from '../session/social'
import { Bones } from '../ui/Bones'
import { formatDate } from '../ui/format'
import { Notice } from '../ui/Notice'

const IdentityParts = graphql(`
  fragment IdentityParts on SocialIdentity {
    provider
    email
    linkedAt
  }
`)

const MyIdentities = graphql(`
  query MyIdentities {
    me {
      id
      socialIdentities {
        provider
        linkedAt
        ...IdentityParts
      }
    }
  }
`)

// The payload has what changed, so the cache updates the list and the history of the page.
const UnlinkIdentity = graphql(`
  mutation UnlinkIdentity($provider: ID!) {
    unlinkIdentity(provider: $provider) {
      user {
        id
        socialIdentities {
          ...IdentityParts
        }
        events {
          ...EventParts
        }
      }
      errors {
        __typename
      }
    }
  }
`)

/** The result of unlinking a provider. */
interface Outcome {
  name: string
  is: 'unlinked' | 'last login' | 'linked' | 'unknown'
}

/** LastLogin is the only refusal. */
function outcomeOf(errors: readonly { __typename: 'LastLogin' }[]): Outcome['is'] {
  return errors.length > 0 ? 'last login' : 'unlinked'
}

/** The providers with which the visitor can log in, each with a button that unlinks it. */
export function Identities() {
  const { region, retry, fetching } = useRegion({ query: MyIdentities, variables: {}, root: 'me' })
  const names = new Map(useSocialProviders().map(({ id, name }) => [id, name]))
  const [outcome, setOutcome] = useState<Outcome>()
  const heading = useRef<HTMLHeadingElement>(null)
  const fault = faultIn(region)
  const identities = dataOf(region)?.socialIdentities
  const onAnswer = (outcome: Outcome) => {
    setOutcome(outcome)
    retry() // after an outage, what is shown may not follow the cache
    if (outcome.is === 'unlinked') heading.current?.focus() // the button disappears with its entry
  }
  return (
    <section aria-labelledby="identities">
      <h2 id="identities" ref={heading} tabIndex={-1} className="mb-6">
        Linked accounts
      </h2>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          Your linked accounts are unavailable right now.
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={2} label="Loading your linked accounts" />}
      {identities?.length === 0 && (
        <p className="text-muted">None: you log in with your password alone.</p>
      )}
      <ul className="space-y-4">
        {identities?.map((identity) => (
          <Identity
            key={identity.provider + identity.linkedAt}
            of={identity}
            name={names.get(identity.provider) ?? identity.provider}
            onAnswer={onAnswer}
          />
        ))}
      </ul>
      <Told outcome={outcome} />
    </section>
  )
}

interface Props {
  of: FragmentType<typeof IdentityParts>
  name: string
  onAnswer: (outcome: Outcome) => void
}

function Identity({ of, name, onAnswer }: Props) {
  const { provider, email, linkedAt } = unmask(IdentityParts, of)
  const { isPending, run } = useAction(async (api) => {
    const { value } = await api.mutate(UnlinkIdentity, { provider })
    onAnswer({ name, is: value ? outcomeOf(value.errors) : await lookUp(api, provider) })
  })
  return (
    <li className="card flex flex-wrap items-center justify-between gap-4 p-5">
      <p>
        <span className="block font-medium">{name}</span>
        <span className="block wrap-anywhere">{email}</span>
        <span className="text-sm text-muted">Since {formatDate(linkedAt)}</span>
      </p>
      <button
        type="button"
        className="button button-quiet"
        aria-busy={isPending || undefined}
        onClick={() => void run()}
      >
        Unlink<span className="sr-only"> {name}</span>
      </button>
    </li>
  )
}

/** Asks whether an identity is unlinked when the answer is lost. */
async function lookUp(api: Api, provider: string): Promise<Outcome['is']> {
  const { value: me } = await api.fetch(MyIdentities, {})
  if (!me) return 'unknown'
  const exists = me.socialIdentities.some((identity) => identity.provider === provider)
  return exists ? 'linked' : 'unlinked'
}

/** Announces the result: success as a status, and a failure as an alert. */
function Told({ outcome }: { outcome: Outcome | undefined }) {
  return (
    <>
      <p role="status" className="mt-3 font-medium empty:hidden">
        {outcome?.is === 'unlinked' && `${outcome.name} is unlinked.`}
      </p>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {outcome?.is === 'linked' && `${outcome.name} is not unlinked yet. Please try again.`}
        {outcome?.is === 'unknown' &&
          `We do not know whether ${outcome.name} is unlinked: no answer came. Please try again.`}
        {outcome?.is === 'last login' && (
          <>
            {outcome.name} stays linked: you have no password, so you could not log in without it.
            First set a password:{' '}
            <Link to="/forgot-password" className="link inline-block py-1">
              Forgot your password?
            </Link>
          </>
        )}
      </p>
    </>
  )
}
