import { createContext, use } from 'react'
import type { Creating } from '../basket/creating'
import type { LocalBasket } from '../basket/localBasket'
import type { Placing } from '../checkout/placing'
import type { Copies } from '../regions/copies'
import type { Outages } from '../regions/outages'
import type { Session } from '../session/session'
import type { Tabs } from '../session/tabs'
import type { SafeStorage } from '../storage/safeStorage'

/** PageServices live as long as the page. main.tsx makes them. */
export interface PageServices {
  storage: SafeStorage
  session: Session
  outages: Outages
  tabs: Tabs
}

/** Services live as long as the same person is at the page. app/servicesOf.ts makes them. */
export interface Services extends PageServices {
  localBasket: LocalBasket
  creating: Creating
  placing: Placing
  copies: Copies
  /** The page that the person wanted before logging in with a provider; undefined otherwise. */
  next: string | undefined
}

const ServicesContext = createContext<Services | undefined>(undefined)

export const ServicesProvider = ServicesContext.Provider

/** useServices returns the services of the person at the page. */
export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('useServices: render the component below a ServicesProvider')
  return services
}
