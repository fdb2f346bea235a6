import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { newRouter, prefetchPages } from './app/routes'
import type { PageServices } from './services/services'
import { Outages } from './regions/outages'
import { Session } from './session/session'
import { Tabs } from './session/tabs'
import { SafeStorage } from './storage/safeStorage'
import './styles.css'

const storage = new SafeStorage(() => localStorage)
const tabStorage = new SafeStorage(() => sessionStorage)
const page: PageServices = {
  storage,
  session: new Session({ cookies: document, storage, tabStorage, now: Date.now }),
  outages: new Outages(),
  tabs: new Tabs(() => new BroadcastChannel('trefoil')),
}

const element = document.getElementById('app')
if (!element) throw new Error('index.html has no #app')
const router = newRouter()
createRoot(element).render(
  <StrictMode>
    <App page={page} router={router} />
  </StrictMode>,
)

/**
 * The other pages' code can wait until the first page has all that it needs. Safari has no idle
 * callbacks.
 */
const whenIdle =
  'requestIdleCallback' in window
    ? requestIdleCallback
    : (work: () => void) => setTimeout(work, 1_000)
const prefetch = () => whenIdle(() => void prefetchPages(router))
if (document.readyState === 'complete') prefetch()
else window.addEventListener('load', prefetch, { once: true })
