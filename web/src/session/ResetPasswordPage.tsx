import { Link, useLocation } from '@tanstack/react-router'
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
  const [done, setDone] = useState(false)
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
    setDone(Object.keys(found).length === 0)
  }
  return (
    <AccountForm heading={<Heading title="Set a new password" />} action="Set the password" errors={errors} onSubmit={submit}>
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
