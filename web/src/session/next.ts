import type { OwnedStorage } from '../storage/ownedStorage'

/** Where to go after the way through a provider: the address it comes back to is always the same. */
const name = 'next'

/** keepNext keeps it for this tab; the page ends on the way. */
export const keepNext = (guest: OwnedStorage, next: string) => guest.setItem(name, next)

/** takeNext returns what was kept, once. */
export function takeNext(guest: OwnedStorage): string | undefined {
  const next = guest.getItem(name) ?? undefined
  guest.removeItem(name)
  return next
}
