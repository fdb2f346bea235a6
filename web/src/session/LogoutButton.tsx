import { useNavigate } from '@tanstack/react-router'
import { useAction } from '../graphql/useAction'
import { useServices } from '../services/services'
import { logOut } from './actions'

/** Ends the session of this browser, or with `everywhere` all sessions of the visitor. */
export function LogoutButton({ everywhere = false }: { everywhere?: boolean }) {
  const { session } = useServices()
  const navigate = useNavigate()
  const { outcome, run } = useAction(async (api) => {
    const loggedOut = await logOut(api, session, everywhere)
    if (loggedOut === 'yes') await navigate({ to: '/' })
    return loggedOut
  })
  return (
    <div>
      <button type="button" className="button button-quiet" onClick={() => void run()}>
        {everywhere ? 'Log out everywhere' : 'Log out'}
      </button>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {outcome === 'no' && 'You are still logged in. Please try again.'}
        {outcome === 'unknown' &&
          'We do not know whether you are logged out: accounts do not answer. Please try again.'}
      </p>
    </div>
  )
}
