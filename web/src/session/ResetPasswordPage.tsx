import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useAction } from '../graphql/useAction'
import { useServices } from '../services/services'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import { AccountForm } from './AccountForm'
import { Aside } from './Aside'
import { inputOf } from './forms'
import { resetPassword, tokenOf } from './passwords'

/** The page of the mail's link. */
export function ResetPasswordPage() {
  const token = tokenOf(useLocation({ select: ({ hash }) => hash }))
  const { session } = useServices()
  // The history stores it: when the session ends, this page is rendered from scratch.
  const done = useLocation({ select: ({ state }) => state.passwordReset })
  const navigate = useNavigate()
  const reset = useAction(async (api, data: FormData) => {
    const errors = await resetPassword(api, session, {
      token,
      newPassword: inputOf(data, 'newPassword'),
    })
    if (Object.keys(errors).length === 0) {
      await navigate({ to: '/reset-password', state: { passwordReset: true }, replace: true })
    }
    return errors
  })
  if (done) {
    return (
      <Aside title="Your new password is set">
        <p>All sessions have ended. Log in with the new password.</p>
        <Link to="/login" className="button">
          Log in
        </Link>
      </Aside>
    )
  }
  return (
    <AccountForm
      heading={<Heading title="Set a new password" />}
      button="Set the password"
      action={reset}
    >
      <Field
        label="New password"
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        hint="10 characters or more; several words in a row work well."
        error={reset.outcome?.['newPassword']}
      />
      <p className="order-last text-muted">
        The link does not work?{' '}
        <Link to="/forgot-password" className="link inline-block py-1">
          Ask for another
        </Link>
      </p>
    </AccountForm>
  )
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    passwordReset?: true
  }
}
