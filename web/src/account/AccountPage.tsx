import { Link } from '@tanstack/react-router'
import { graphql, unmask, type FragmentType } from '../gql'
import { useAction } from '../graphql/useAction'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { MeDocument } from '../session/documents'
import { sendVerification } from '../session/passwords'
import { LogoutButton } from '../session/LogoutButton'
import { PleaseLogIn } from '../session/PleaseLogIn'
import { useSession } from '../session/useSession'
import { Bones } from '../ui/Bones'
import { formatDate } from '../ui/format'
import { Heading } from '../ui/Heading'
import { Notice } from '../ui/Notice'
import { Orders } from './Orders'

const ProfileParts = graphql(`
  fragment ProfileParts on User {
    username
    email
    emailVerified
    createdAt
  }
`)

export function AccountPage() {
  const { signedIn, displayName } = useSession()
  if (!signedIn) return <PleaseLogIn title="Account" />
  return (
    <>
      <Heading title="Account">{displayName || 'Account'}</Heading>
      <div className="mt-8 grid gap-10 lg:grid-cols-[18rem_1fr] lg:gap-14">
        <section aria-labelledby="profile" className="space-y-6">
          <h2 id="profile">Profile</h2>
          <Profile />
          <p>
            <Link to="/account/security" className="link inline-block py-1">
              Password, sessions and history
            </Link>
          </p>
          <LogoutButton />
        </section>
        <section aria-labelledby="orders">
          <h2 id="orders" className="mb-6">
            Orders
          </h2>
          <Orders />
        </section>
      </div>
    </>
  )
}

function Profile() {
  const { region, retry, fetching } = useRegion({ query: MeDocument, variables: {}, root: 'me' })
  const fault = faultIn(region)
  const me = dataOf(region)
  return (
    <>
      {fault && (
        <Notice fault={fault} retry={retry} fetching={fetching}>
          {me
            ? 'Your account is unavailable right now. Your profile may be out of date.'
            : 'Your account is unavailable right now, so your profile is not shown.'}
        </Notice>
      )}
      {region.state === 'loading' && <Bones lines={4} label="Loading your profile" />}
      {region.state === 'empty' && (
        <p className="text-muted">Your session has ended. Please log in again.</p>
      )}
      {me && <Facts of={me} />}
    </>
  )
}

function Facts({ of }: { of: FragmentType<typeof ProfileParts> }) {
  const { username, email, emailVerified, createdAt } = unmask(ProfileParts, of)
  return (
    <dl className="space-y-3">
      <Fact term="Username">{username}</Fact>
      <Fact term="E-mail">{email}</Fact>
      {!emailVerified && <Unverified />}
      <Fact term="Member since">{formatDate(createdAt)}</Fact>
    </dl>
  )
}

function Fact({ term, children }: { term: string; children: string }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  )
}

/** Says that the address is not confirmed, and sends the mail again. */
function Unverified() {
  const { outcome, run } = useAction(async (api) =>
    (await sendVerification(api))
      ? 'A mail is on its way.'
      : 'Accounts are unavailable right now. Please try again.',
  )
  return (
    <div>
      <dt className="text-sm text-muted">Not confirmed yet</dt>
      <dd>
        <button type="button" className="link py-1" onClick={() => void run()}>
          Send the mail again
        </button>
        <span role="status" className="block empty:hidden">
          {outcome}
        </span>
      </dd>
    </div>
  )
}
