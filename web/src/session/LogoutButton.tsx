import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useLogout, type LoggedOut } from './actions'

/** Ends the session of this browser, or with `everywhere` all of the visitor's. */
export function LogoutButton({ everywhere = false }: { everywhere?: boolean }) {
  const logout = useLogout(everywhere)
  const navigate = useNavigate()
  const [outcome, setOutcome] = useState<LoggedOut>('yes')
  const leave = async () => {
    const outcome = await logout()
    setOutcome(outcome)
    if (outcome === 'yes') await navigate({ to: '/' })
  }
  return (
    <div>
      <button type="button" className="button button-quiet" onClick={() => void leave()}>
        {everywhere ? 'Log out everywhere' : 'Log out'}
      </button>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {outcome === 'no' && 'You are still logged in. Please try again.'}
        {outcome === 'unknown' &&
          'It is not known whether you are logged out: accounts do not answer. Please try again.'}
      </p>
    </div>
  )
}
