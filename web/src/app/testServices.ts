import { LocalBasket } from '../basket/localBasket'
import { pageKept, Placing } from '../checkout/placing'
import { Copies } from '../regions/copies'
import { Outages } from '../regions/outages'
import { Session } from '../session/session'
import { Tabs } from '../session/tabs'
import { SafeStorage } from '../storage/safeStorage'
import type { Services } from './services'

/** What lives as long as the page, for a test: of a guest. */
export const testServices = (): Services => ({
  session: new Session({ cookies: { cookie: '' }, storage: localStorage, now: Date.now }),
  localBasket: new LocalBasket(localStorage),
  placing: new Placing(pageKept(() => sessionStorage)),
  copies: new Copies(new SafeStorage(() => localStorage), () => false),
  outages: new Outages(),
  tabs: new Tabs(new BroadcastChannel('test')),
})
