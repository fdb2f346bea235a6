import { Link } from '@tanstack/react-router'
import { pieces } from '../ui/format'
import { useBasket } from './BasketProvider'

/** The link to the basket with the number of pieces, dimmed if that number may be out of date. */
export function BasketBadge({ className }: { className: string }) {
  const { region, count } = useBasket()
  const unavailable = region.state === 'stale' || region.state === 'degraded'
  return (
    <Link
      to="/basket"
      className={className}
      title={unavailable ? 'The basket is unavailable' : undefined}
    >
      <BasketIcon />
      <span className="max-sm:sr-only">Basket</span>
      {count > 0 && (
        <span
          aria-hidden="true"
          data-badge
          className={`min-w-6 rounded-full px-1.5 text-center text-sm leading-6 font-semibold tabular-nums ${unavailable ? 'bg-sunken text-muted' : 'bg-leaf text-on-leaf'}`}
        >
          {count}
        </span>
      )}
      <span className="sr-only" aria-live="polite">
        {count > 0 ? pieces(count) : 'empty'}
        {unavailable && ' when last loaded, the basket is unavailable'}
      </span>
    </Link>
  )
}

function BasketIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      className="size-5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M4 9h16l-1.600 9.600a1.500 1.500 0 0 1-1.500 1.400H7.100a1.500 1.500 0 0 1-1.500-1.400z" />
      <path d="m8.500 9 2.500-5M15.500 9 13 4M9.500 13v3.500M14.500 13v3.500" />
    </svg>
  )
}
