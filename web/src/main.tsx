import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { newRouter, prefetchPages } from './app/routes'
import { ServicesProvider, type Services } from './app/services'
import { Creating } from './basket/creating'
import { LocalBasket } from './basket/localBasket'
import { Placing } from './checkout/placing'
import { Copies } from './regions/copies'
import { Outages } from './regions/outages'
import { Session } from './session/session'
import { Tabs } from './session/tabs'
import { SafeStorage } from './storage/safeStorage'
import './styles.css'

const storage = new SafeStorage(() => localStorage)
const ofTab = new SafeStorage(() => sessionStorage)
const services: Services = {
  storage,
  session: new Session({ cookies: document, storage, now: Date.now }),
  localBasket: new LocalBasket(storage),
  creating: new Creating(ofTab),
  placing: new Placing(ofTab),
  copies: new Copies(storage, (key) => key.startsWith('basket ')),
  outages: new Outages(),
  tabs: new Tabs(new BroadcastChannel('trefoil')),
}

services.session.subscribe(() => services.copies.clear()) // also when it ended in another tab

const element = document.getElementById('app')
if (!element) throw new Error('index.html has no #app')
const router = newRouter()
createRoot(element).render(
  <StrictMode>
    <ServicesProvider value={services}>
      <App router={router} />
    </ServicesProvider>
  </StrictMode>,
)

/** The other pages' code can wait until the first page has all that it needs. Safari has no idle callbacks. */
const whenIdle = 'requestIdleCallback' in window ? requestIdleCallback : (work: () => void) => setTimeout(work, 1_000)
const prefetch = () => whenIdle(() => void prefetchPages(router))
if (document.readyState === 'complete') prefetch()
else window.addEventListener('load', prefetch, { once: true })
