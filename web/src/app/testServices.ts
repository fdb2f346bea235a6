import { Creating } from '../basket/creating'
import { LocalBasket } from '../basket/localBasket'
import { Placing } from '../checkout/placing'
import { Copies } from '../regions/copies'
import { Outages } from '../regions/outages'
import { Session } from '../session/session'
import { Tabs } from '../session/tabs'
import { SafeStorage } from '../storage/safeStorage'
import type { Services } from './services'

/** What lives as long as the page, for a test: of a guest. */
export const testServices = (storage = new SafeStorage(() => localStorage)): Services => ({
  storage,
  session: new Session({ cookies: { cookie: '' }, storage, now: Date.now }),
  localBasket: new LocalBasket(storage),
  creating: new Creating(new SafeStorage(() => sessionStorage)),
  placing: new Placing(new SafeStorage(() => sessionStorage)),
  copies: new Copies(storage, () => false),
  outages: new Outages(),
  tabs: new Tabs(new BroadcastChannel('test')),
})
