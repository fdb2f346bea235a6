import { createContext, use } from 'react'
import type { Creating } from '../basket/creating'
import type { LocalBasket } from '../basket/localBasket'
import type { Placing } from '../checkout/placing'
import type { Copies } from '../regions/copies'
import type { Outages } from '../regions/outages'
import type { Session } from '../session/session'
import type { Tabs } from '../session/tabs'
import type { SafeStorage } from '../storage/safeStorage'

/** What lives as long as the page, made once in main.tsx and handed down. */
export interface Services {
  storage: SafeStorage
  session: Session
  localBasket: LocalBasket
  creating: Creating
  placing: Placing
  copies: Copies
  outages: Outages
  tabs: Tabs
}

const ServicesContext = createContext<Services | undefined>(undefined)

export const ServicesProvider = ServicesContext.Provider

export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('no services above this component')
  return services
}
