import { Link, Navigate, useSearch } from '@tanstack/react-router'
import { useAction } from '../graphql/useAction'
import { useServices } from '../services/services'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import { register } from './actions'
import { AccountForm } from './AccountForm'
import { inputOf } from './forms'
import { useSession } from './useSession'

/** Creates an account and logs in with it. */
export function RegisterPage() {
  const { next = '/' } = useSearch({ from: '/register' })
  const { signedIn } = useSession()
  const { session } = useServices()
  const action = useAction((api, data: FormData) =>
    register(api, session, {
      firstName: inputOf(data, 'firstName'),
      lastName: inputOf(data, 'lastName'),
      username: inputOf(data, 'username'),
      email: inputOf(data, 'email'),
      password: inputOf(data, 'password'),
    }),
  )
  const errors = action.outcome ?? {}
  if (signedIn) return <Navigate to={next} replace />

  return (
    <AccountForm heading={<Heading title="Register" />} button="Register" action={action}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          label="First name"
          name="firstName"
          autoComplete="given-name"
          required
          error={errors['firstName']}
        />
        <Field
          label="Last name"
          name="lastName"
          autoComplete="family-name"
          required
          error={errors['lastName']}
        />
      </div>
      <Field
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        hint="3 to 32 letters, digits, dots, hyphens or underscores."
        error={errors['username']}
      />
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        error={errors['email']}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint="10 characters or more; several words in a row work well."
        error={errors['password']}
      />
      <p className="order-last text-muted">
        Already registered?{' '}
        <Link to="/login" search={{ next }} className="link inline-block py-1">
          Log in
        </Link>
      </p>
    </AccountForm>
  )
}
