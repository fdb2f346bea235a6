import { createContext, use } from 'react'
import { Creating } from '../basket/creating'
import { LocalBasket } from '../basket/localBasket'
import { Placing } from '../checkout/placing'
import { Copies } from '../regions/copies'
import type { Outages } from '../regions/outages'
import type { Session } from '../session/session'
import { takeNext } from '../session/next'
import type { Tabs } from '../session/tabs'
import type { SafeStorage } from '../storage/safeStorage'

/** What lives as long as the page, made once in main.tsx and handed down. */
export interface PageServices {
  storage: SafeStorage
  session: Session
  outages: Outages
  tabs: Tabs
}

/** What lives as long as the same person is at the page, too. */
export interface Services extends PageServices {
  localBasket: LocalBasket
  creating: Creating
  placing: Placing
  copies: Copies
  /** Where the person wanted to go before the way through a provider; undefined for who logged in another way. */
  next: string | undefined
}

/** servicesOf adds to the page's services those of the person who is there now, who takes over a guest's values. */
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

const ServicesContext = createContext<Services | undefined>(undefined)

export const ServicesProvider = ServicesContext.Provider

export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('no services above this component')
  return services
}
