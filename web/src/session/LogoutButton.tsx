import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useLogout } from './actions'

/** Ends the session of this browser, or with `everywhere` all of the visitor's. */
export function LogoutButton({ everywhere = false }: { everywhere?: boolean }) {
  const logout = useLogout(everywhere)
  const navigate = useNavigate()
  const [failed, setFailed] = useState(false)
  const leave = async () => {
    const done = await logout()
    setFailed(!done)
    if (done) await navigate({ to: '/' })
  }
  return (
    <div>
      <button type="button" className="button button-quiet" onClick={() => void leave()}>
        {everywhere ? 'Log out everywhere' : 'Log out'}
      </button>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {failed && 'You are still logged in: accounts cannot be reached just now. Please try again.'}
      </p>
    </div>
  )
}
