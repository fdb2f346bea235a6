import { useLocation, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Owner } from './session'
import { useSession } from './useSession'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Marks the entry as one session's. */
    mark?: string
  }
}

/**
 * useOwnAddress tells whether the page's address may be shown to the person who is there, and marks it as theirs. It may
 * not when it was opened in another session: it holds the id of something of that person's. The mark stands in
 * the tab's history, so that it holds after a reload and on the way back, too.
 */
export function useOwnAddress(): boolean {
  const router = useRouter()
  const { owner } = useSession()
  const mark = useLocation({ select: ({ state }) => state.mark })
  const mine = owner && markOf(owner)
  useEffect(() => {
    if (mark !== undefined || mine === undefined) return
    const { href, state } = router.history.location
    router.history.replace(href, { ...state, mark: mine })
  }, [router, mark, mine])
  return mark === undefined || mark === mine
}

/** A hash (FNV-1a), as the ids of the owner do not belong into the history either. */
function markOf({ user, session }: Owner): string {
  let hash = 0x811c9dc5
  for (const character of `${user}.${session}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  }
  return (hash >>> 0).toString(36)
}
