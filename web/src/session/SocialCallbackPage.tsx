import { Link, Navigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useAction } from '../graphql/useAction'
import { useServices } from '../services/services'
import { Aside } from './Aside'
import { finishSocialLogin } from './social'
import { useSession } from './useSession'

/**
 * The page to which providers send browsers back, with a code that works once. After the log-in,
 * the page is rendered from scratch for the new person, and does not send the code again.
 */
export function SocialCallbackPage() {
  const { state, code } = useSearch({ from: '/login/callback' })
  const { signedIn } = useSession()
  const { session, next = '/' } = useServices()
  const { outcome, run } = useAction((api, input: { state: string; code: string }) =>
    finishSocialLogin(api, session, input),
  )
  const begun = useRef(false)
  const refused = state && code ? outcome : 'The provider did not log you in.'
  useEffect(() => {
    if (begun.current || signedIn || !state || !code) return
    begun.current = true
    void run({ state, code })
  }, [run, signedIn, state, code])
  if (signedIn) return <Navigate to={next} replace />
  return (
    <Aside title="Log in">
      <p role="status">{refused || 'One moment.'}</p>
      {refused && (
        <Link to="/login" className="button">
          Back to the log-in
        </Link>
      )}
    </Aside>
  )
}
