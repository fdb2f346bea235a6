import { Creating } from '../basket/creating'
import { LocalBasket } from '../basket/localBasket'
import { Placing } from '../checkout/placing'
import { Copies } from '../regions/copies'
import type { PageServices, Services } from '../services/services'
import { takeNext } from '../session/next'

/**
 * servicesOf adds the services of the current person to the page's services. A person who is logged
 * in takes over a guest's values.
 */
export function servicesOf(page: PageServices): Services {
  const { session } = page
  const { shared, tab } = session.kept()
  const localBasket = new LocalBasket(shared)
  let next: string | undefined
  if (session.snapshot().signedIn) {
    const guest = session.keptOfGuest()
    localBasket.takeOver(new LocalBasket(guest.shared))
    next = takeNext(guest.tab)
  }
  const copies = new Copies(shared, (key) => key.startsWith('basket '))
  return {
    ...page,
    localBasket,
    creating: new Creating(tab),
    placing: new Placing(tab),
    copies,
    next,
  }
}
