import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Aside } from './Aside'
import { useFinishSocialLogin } from './social'

/** Where providers send browsers back to, with a code that works once. */
export function SocialCallbackPage() {
  const { state, code } = useSearch({ from: '/login/callback' })
  const finish = useFinishSocialLogin()
  const navigate = useNavigate()
  const begun = useRef(false)
  const [refused, setRefused] = useState(state && code ? '' : 'You were not logged in there.')
  useEffect(() => {
    if (begun.current || !state || !code) return
    begun.current = true
    void finish(state, code).then(({ next, refused = '' }) => {
      setRefused(refused)
      if (next) void navigate({ to: next, replace: true })
    })
  }, [finish, navigate, state, code])
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
