import { Link, Navigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Field } from '../ui/Field'
import { Heading } from '../ui/Heading'
import { useLogin, type FormErrors } from './actions'
import { AccountForm, inputOf } from './AccountForm'
import { SocialButtons } from './SocialButtons'
import { useSession } from './useSession'

export function LoginPage() {
  const { next = '/' } = useSearch({ from: '/login' })
  const { signedIn } = useSession()
  const login = useLogin()
  const [errors, setErrors] = useState<FormErrors>({})
  if (signedIn) return <Navigate to={next} replace />

  return (
    <>
      <AccountForm
        heading={<Heading title="Log in" />}
        action="Log in"
        errors={errors}
        onSubmit={async (data) =>
          setErrors(await login(inputOf(data, 'login'), inputOf(data, 'password')))
        }
      >
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
