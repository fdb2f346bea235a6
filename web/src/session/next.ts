import type { OwnedStorage } from '../storage/ownedStorage'

/** The page to show after a log-in with a provider, which always sends back to the same address. */
const name = 'next'

/** keepNext stores it for this tab, because the log-in leaves the page. */
export const keepNext = (guest: OwnedStorage, next: string) => guest.setItem(name, next)

/** takeNext returns the stored address and removes it. */
export function takeNext(guest: OwnedStorage): string | undefined {
  const next = guest.getItem(name) ?? undefined
  guest.removeItem(name)
  return next
}
