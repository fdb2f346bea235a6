import { useAction } from '../graphql/useAction'
import { AccountForm } from '../session/AccountForm'
import { inputOf } from '../session/forms'
import { changePassword } from '../session/passwords'
import { LogoutButton } from '../session/LogoutButton'
import { PleaseLogIn } from '../session/PleaseLogIn'
import { useSession } from '../session/useSession'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import { Events } from './Events'
import { Identities } from './Identities'
import { Sessions } from './Sessions'

/** Shows sessions, password and linked accounts, and the history of the account. */
export function SecurityPage() {
  const { signedIn } = useSession()
  if (!signedIn) return <PleaseLogIn title="Security" />
  return (
    <>
      <Heading title="Security" />
      <div className="mt-8 grid gap-10 lg:grid-cols-2 lg:gap-14">
        <section aria-labelledby="sessions">
          <h2 id="sessions" className="mb-6">
            Where you are logged in
          </h2>
          <Sessions />
          <div className="mt-6">
            <LogoutButton everywhere />
          </div>
        </section>
        <section aria-label="Password">
          <Password />
        </section>
        <section aria-labelledby="events">
          <h2 id="events" className="mb-6">
            What happened to your account
          </h2>
          <Events />
        </section>
        <Identities />
      </div>
    </>
  )
}

function Password() {
  const change = useAction((api, data: FormData) =>
    changePassword(api, {
      currentPassword: inputOf(data, 'currentPassword'),
      newPassword: inputOf(data, 'newPassword'),
    }),
  )
  const { said, ...errors } = change.outcome ?? {}
  return (
    <AccountForm heading={<h2>Password</h2>} button="Change the password" action={change}>
      <Field
        label="Current password"
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
        error={errors['currentPassword']}
      />
      <Field
        label="New password"
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        hint="10 characters or more; several words in a row work well."
        error={errors['newPassword']}
      />
      <p role="status" className="font-medium empty:-mt-5">
        {said}
      </p>
    </AccountForm>
  )
}
