import { Link, Navigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useServices } from '../services/services'
import { Aside } from './Aside'
import { useFinishSocialLogin } from './social'
import { useSession } from './useSession'

/**
 * Where providers send browsers back to, with a code that works once. Logging in makes the page anew for the person who
 * is there now: the code is not sent again then.
 */
export function SocialCallbackPage() {
  const { state, code } = useSearch({ from: '/login/callback' })
  const { signedIn } = useSession()
  const { next = '/' } = useServices()
  const finish = useFinishSocialLogin()
  const begun = useRef(false)
  const [refused, setRefused] = useState(state && code ? '' : 'You were not logged in there.')
  useEffect(() => {
    if (begun.current || signedIn || !state || !code) return
    begun.current = true
    void finish(state, code).then(setRefused)
  }, [finish, signedIn, state, code])
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
