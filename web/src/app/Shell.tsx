import { Link, Outlet } from '@tanstack/react-router'
import { BasketBadge } from '../basket/BasketBadge'
import { PlacingNotice } from '../checkout/PlacingNotice'
import { useSession } from '../session/useSession'
import { Trefoil } from '../ui/Trefoil'
import { OutageBanner } from './OutageBanner'
import { StorageNotice } from './StorageNotice'

/** The frame of every page. It needs no answer of any service. */
export function Shell() {
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#content" className="button absolute left-4 -top-20 z-20 focus:top-3">
        Skip to content
      </a>
      <Header />
      <OutageBanner />
      <StorageNotice />
      <PlacingNotice />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl flex-1 px-4 pt-8 pb-20 outline-none sm:px-8 print:p-0"
      >
        <Outlet />
      </main>
      <Footer />
    </div>
  )
}

function Header() {
  const { signedIn, displayName } = useSession()
  const item =
    'flex min-h-11 items-center gap-2 rounded-full px-3 font-medium whitespace-nowrap hover:bg-leaf-soft aria-[current=page]:text-leaf'
  return (
    <header className="no-print sticky top-0 z-10 border-b border-line bg-paper/95 backdrop-blur-sm">
      <div className="mx-auto flex h-16 max-w-6xl items-center justify-between gap-3 px-4 sm:px-8">
        <Link
          to="/"
          className="flex min-h-11 shrink-0 items-center gap-2 font-serif text-2xl tracking-tight"
        >
          <Trefoil className="size-8 text-leaf" />
          Trefoil
        </Link>
        <nav aria-label="Your shop" className="flex items-center gap-1 sm:gap-2">
          {signedIn ? (
            <Link to="/account" className={item}>
              <PersonIcon />
              <span className="max-w-[8rem] truncate max-sm:sr-only">
                {displayName || 'Account'}
              </span>
            </Link>
          ) : (
            <Link to="/login" className={item}>
              Log in
            </Link>
          )}
          <BasketBadge className={item} />
        </nav>
      </div>
    </header>
  )
}

function Footer() {
  return (
    <footer className="no-print border-t border-line bg-sunken">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-2 px-4 py-8 text-sm text-muted sm:px-8">
        <p>Accounts, products and orders in one GraphQL API.</p>
        <Link to="/graph" className="link inline-block py-1">
          GraphQL playground
        </Link>
      </div>
    </footer>
  )
}

function PersonIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      className="size-5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      aria-hidden="true"
    >
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20c1-4 4-6 7.500-6s6.500 2 7.500 6" strokeLinecap="round" />
    </svg>
  )
}
