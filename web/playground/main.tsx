import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { createRoot } from 'react-dom/client'
import { SafeStorage } from '../src/storage/safeStorage'
import { forgetful, forgetTyped } from './forgetful'
import { tabs } from './tabs'
import { explainRefusal } from './trusted'
import { bundleWorkers } from './workers'
import './playground.css'

bundleWorkers()
forgetTyped(new SafeStorage(() => localStorage))
const storage = forgetful()

const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  // The router refuses two tokens that differ: a typed one replaces that of the shop's cookie.
  fetch: async (input, options) =>
    explainRefusal(
      await fetch(input, {
        ...options,
        credentials: new Headers(options?.headers).has('authorization') ? 'omit' : 'same-origin',
      }),
    ),
})

const element = document.getElementById('playground')
if (!element) throw new Error('playground.html has no #playground')
createRoot(element).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={tabs}
    plugins={[HISTORY_PLUGIN]}
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
  />,
)
