import { Link } from '@tanstack/react-router'
import { useAction } from '../graphql/useAction'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import { AccountForm } from './AccountForm'
import { Aside } from './Aside'
import { inputOf } from './forms'
import { forgotPassword } from './passwords'

/**
 * Requests a mail with a link. The answer is the same for every name, so the page does not reveal
 * who has an account.
 */
export function ForgotPasswordPage() {
  const forgot = useAction((api, data: FormData) => forgotPassword(api, inputOf(data, 'login')))
  const isSent = forgot.outcome && Object.keys(forgot.outcome).length === 0
  if (isSent) {
    return (
      <Aside title="Check your mailbox">
        <p>
          If there is an account with that name, we have sent it an e-mail with a link. The link is
          valid for 15 minutes.
        </p>
        <Link to="/login" className="button">
          Log in
        </Link>
      </Aside>
    )
  }
  return (
    <AccountForm
      heading={<Heading title="Forgot your password?" />}
      button="Send me a link"
      action={forgot}
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
