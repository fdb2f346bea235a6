import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import type { FormErrors } from './actions'
import { AccountForm, inputOf } from './AccountForm'
import { Aside } from './Aside'
import { useForgotPassword } from './passwords'

/** Asks for a mail with a link. What it says then is the same for every name: the page tells nobody who has an account. */
export function ForgotPasswordPage() {
  const forgot = useForgotPassword()
  const [errors, setErrors] = useState<FormErrors>({})
  const [sent, setSent] = useState(false)
  if (sent) {
    return (
      <Aside title="Look into your mailbox">
        <p>
          If there is an account of that name, a mail with a link is on its way to it. The link
          holds 15 minutes.
        </p>
        <Link to="/login" className="button">
          Log in
        </Link>
      </Aside>
    )
  }
  const submit = async (data: FormData) => {
    const found = await forgot(inputOf(data, 'login'))
    setErrors(found)
    setSent(Object.keys(found).length === 0)
  }
  return (
    <AccountForm
      heading={<Heading title="Forgot your password?" />}
      action="Send me a link"
      errors={errors}
      onSubmit={submit}
    >
      <Field
        label="Username or e-mail"
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
    </AccountForm>
  )
}
