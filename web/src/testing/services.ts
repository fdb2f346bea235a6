import { Outages } from '../regions/outages'
import { Session } from '../session/session'
import { Tabs } from '../session/tabs'
import { SafeStorage } from '../storage/safeStorage'
import { servicesOf } from '../app/servicesOf'
import type { PageServices, Services } from '../services/services'

/** testSession returns the session of a browser with these cookies. */
export const testSession = (
  cookies = { cookie: '' },
  now = Date.now,
  storage = new SafeStorage(() => localStorage),
): Session =>
  new Session({ cookies, storage, tabStorage: new SafeStorage(() => sessionStorage), now })

/** testPage returns what lives as long as the page: a guest's, without other cookies. */
export const testPage = (
  cookies = { cookie: '' },
  storage = new SafeStorage(() => localStorage),
): PageServices => ({
  storage,
  session: testSession(cookies, Date.now, storage),
  outages: new Outages(),
  tabs: new Tabs(() => new BroadcastChannel('test')),
})

/** testServices returns the services of a guest. */
export const testServices = (storage?: SafeStorage): Services =>
  servicesOf(testPage({ cookie: '' }, storage))
