import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { Provider } from 'urql'
import { BasketProvider } from '../basket/BasketProvider'
import { newClient } from '../graphql/client'
import { watchSession } from '../session/watch'
import { NavigatedContext } from '../services/navigated'
import type { newRouter } from './routes'
import { ServicesProvider, type PageServices } from '../services/services'
import { servicesOf } from './servicesOf'

export function App({
  page,
  router,
}: {
  page: PageServices
  router: ReturnType<typeof newRouter>
}) {
  const { session, tabs } = page
  const { epoch } = useSyncExternalStore(session.subscribe, session.snapshot)
  const moved = useRef(false)
  const navigated = useMemo(() => () => moved.current, [])
  useEffect(() => watchSession(session, tabs), [session, tabs])
  useEffect(() => router.clearCache(), [router, epoch])

  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged) moved.current = true
      }),
    [router],
  )
  return (
    <NavigatedContext value={navigated}>
      <Person key={epoch} page={page}>
        <RouterProvider router={router} />
      </Person>
    </NavigatedContext>
  )
}

/**
 * Provides what belongs to one person. Another person gets new objects, so no data is left over.
 */
function Person({ page, children }: { page: PageServices; children: ReactNode }) {
  const [{ services, client }] = useState(() => ({
    services: servicesOf(page),
    client: newClient(page.session),
  }))
  return (
    <ServicesProvider value={services}>
      <Provider value={client}>
        <BasketProvider>{children}</BasketProvider>
      </Provider>
    </ServicesProvider>
  )
}
