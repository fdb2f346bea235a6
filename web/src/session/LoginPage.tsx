import { Link, Navigate, useSearch } from '@tanstack/react-router'
import { useAction } from '../graphql/useAction'
import { useServices } from '../services/services'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import { logIn } from './actions'
import { AccountForm } from './AccountForm'
import { inputOf } from './forms'
import { SocialButtons } from './SocialButtons'
import { useSession } from './useSession'

export function LoginPage() {
  const { next = '/' } = useSearch({ from: '/login' })
  const { signedIn } = useSession()
  const { session } = useServices()
  const login = useAction((api, data: FormData) => {
    const input = { login: inputOf(data, 'login'), password: inputOf(data, 'password') }
    return logIn(api, session, input)
  })
  if (signedIn) return <Navigate to={next} replace />

  return (
    <>
      <AccountForm heading={<Heading title="Log in" />} button="Log in" action={login}>
        <Field
          label="Username or e-mail"
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <p className="order-last text-muted">
          New here?{' '}
          <Link to="/register" search={{ next }} className="link inline-block py-1">
            Register
          </Link>
          <br />
          <Link to="/forgot-password" className="link inline-block py-1">
            Forgot your password?
          </Link>
        </p>
      </AccountForm>
      <SocialButtons next={next} />
    </>
  )
}
