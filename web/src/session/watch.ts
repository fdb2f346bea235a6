import type { Session } from './session'
import type { Tabs } from './tabs'

/**
 * watchSession rereads the session's cookie whenever somebody may have logged in or out elsewhere,
 * and tells the other tabs when the person has changed. It returns a function that stops it.
 *
 * Another tab says so, writes to the storage, or sets the cookie; a page can come back from the
 * back-forward cache (`pageshow`), from behind another tab (`visibilitychange`) or another window
 * (`focus`).
 */
export function watchSession(session: Session, tabs: Tabs): () => void {
  const { cookieStore } = window as { cookieStore?: EventTarget }
  const sources: [EventTarget | undefined, string][] = [
    [window, 'pageshow'],
    [window, 'focus'],
    [window, 'storage'],
    [document, 'visibilitychange'],
    [cookieStore, 'change'],
  ]
  const look = () => session.reread()
  for (const [source, event] of sources) source?.addEventListener(event, look)
  const stops = [
    tabs.onNews((news) => news === 'session' && look()),
    session.subscribe(() => tabs.tell('session')),
  ]
  return () => {
    for (const [source, event] of sources) source?.removeEventListener(event, look)
    stops.forEach((stop) => stop())
  }
}
