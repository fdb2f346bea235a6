import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import type { FormErrors } from './actions'
import { AccountForm, inputOf } from './AccountForm'
import { Aside } from './Aside'
import { tokenOf, useResetPassword } from './passwords'

/** Where the link of the mail leads. */
export function ResetPasswordPage() {
  const token = tokenOf(useLocation({ select: ({ hash }) => hash }))
  const reset = useResetPassword()
  const [errors, setErrors] = useState<FormErrors>({})
  // Kept by the history: with the session of who was logged in, this page begins anew.
  const done = useLocation({ select: ({ state }) => state.passwordReset })
  const navigate = useNavigate()
  if (done) {
    return (
      <Aside title="Your password is new">
        <p>All sessions have ended. Log in with the new password.</p>
        <Link to="/login" className="button">
          Log in
        </Link>
      </Aside>
    )
  }
  const submit = async (data: FormData) => {
    const found = await reset(token, inputOf(data, 'newPassword'))
    setErrors(found)
    if (Object.keys(found).length === 0)
      await navigate({ to: '/reset-password', state: { passwordReset: true }, replace: true })
  }
  return (
    <AccountForm
      heading={<Heading title="Set a new password" />}
      action="Set the password"
      errors={errors}
      onSubmit={submit}
    >
      <Field
        label="New password"
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        hint="10 characters or more; a few words in a row do well."
        error={errors['newPassword']}
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
