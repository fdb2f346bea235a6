import { Link, useLocation } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { useServices } from '../services/services'
import { useSession } from '../session/useSession'

/** PlacingNotice says on all pages but the checkout that an order may be placed. */
export function PlacingNotice() {
  const { placing } = useServices()
  const { signedIn } = useSession()
  const isOpen = useSyncExternalStore(placing.subscribe, placing.isOpen)
  const atCheckout = useLocation({ select: ({ pathname }) => pathname === '/checkout' })
  return (
    <div role="status" className="no-print bg-warn text-on-warn">
      {isOpen && signedIn && !atCheckout && (
        <p className="mx-auto max-w-6xl px-4 py-2.5 text-sm sm:px-8">
          We do not know yet whether your last order is placed.{' '}
          <Link to="/checkout" className="link inline-block py-1">
            See whether it is placed
          </Link>
        </p>
      )}
    </div>
  )
}
