import { Link, useLocation } from '@tanstack/react-router'
import { useAction } from '../graphql/useAction'
import { Aside } from './Aside'
import { tokenOf, verifyEmail } from './passwords'

const words = {
  waiting: 'Press the button to confirm your address.',
  busy: 'One moment.',
  done: 'Thank you. Your address is confirmed.',
  invalid:
    'This link has expired or was used before. You can request another on your account page.',
  unreachable: 'Accounts are unavailable right now. Please try again in a moment.',
}

/**
 * The page of the mail's link. A button confirms, not the visit, because mail programs visit
 * links, too.
 */
export function VerifyPage() {
  const token = tokenOf(useLocation({ select: ({ hash }) => hash }))
  const { isPending, outcome = 'waiting', run } = useAction((api) => verifyEmail(api, token))
  const state = isPending ? 'busy' : outcome
  return (
    <Aside title="Confirm your e-mail address">
      <p role="status">{words[state]}</p>
      {state === 'done' || state === 'invalid' ? (
        <Link to="/account" className="button">
          To your account
        </Link>
      ) : (
        <button
          type="button"
          className="button"
          aria-busy={state === 'busy' || undefined}
          onClick={() => void run()}
        >
          Confirm
        </button>
      )}
    </Aside>
  )
}
