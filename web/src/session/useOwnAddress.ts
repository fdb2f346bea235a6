import { useLocation, useMatch, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Owner } from './session'
import { useSession } from './useSession'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Marks the entry as one session's. */
    mark?: string
  }
}

/**
 * useOwnAddress marks the page's address as the one of the session, and tells whether it may be
 * shown. An address that was opened in another session holds the id of something of that person's:
 * the page leaves it for the account page. The mark stands in the tab's history, so that it holds
 * after a reload and on the way back, too.
 */
export function useOwnAddress(): boolean {
  const router = useRouter()
  const { owner } = useSession()
  const path = useMatch({ strict: false, select: ({ pathname }) => pathname })
  useLocation() // renders again when it changes
  const { pathname, state } = router.history.location // also before the router has seen the first
  const isHere = pathname === path // else the router is on its way to another page
  const { mark } = state
  const mine = owner && markOf(owner)
  const isAnothers = isHere && mark !== undefined && mark !== mine
  const [isLeft, setLeft] = useState(false)
  if (isAnothers && !isLeft) setLeft(true) // and stays so while the router is on its way to the next page
  useEffect(() => {
    if (isLeft) void router.navigate({ to: '/account', replace: true })
  }, [router, isLeft])
  useEffect(() => {
    if (!isHere || mark !== undefined || mine === undefined || isLeft) return
    const { href, state } = router.history.location
    router.history.replace(href, { ...state, mark: mine })
  }, [router, isHere, mark, mine, isLeft])
  return !isAnothers && !isLeft
}

/** A hash (FNV-1a), as the ids of the owner do not belong into the history either. */
function markOf({ user, session }: Owner): string {
  let hash = 0x811c9dc5
  for (const character of `${user}.${session}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  }
  return (hash >>> 0).toString(36)
}
