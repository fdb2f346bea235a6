import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import { Provider } from 'urql'
import { BasketProvider } from '../basket/BasketProvider'
import { newClient } from '../graphql/client'
import { useSession } from '../session/useSession'
import { NavigatedContext } from './navigated'
import type { newRouter } from './routes'
import { useServices } from './services'

/** Everything below is made anew when another person logs in: nothing of the one before is left. */
export function App({ router }: { router: ReturnType<typeof newRouter> }) {
  const { session, tabs } = useServices()
  const { epoch } = useSession()
  const client = useMemo(() => newClient(session, epoch), [session, epoch])
  const moved = useRef(false)
  const navigated = useMemo(() => () => moved.current, [])

  useEffect(
    () => router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
      if (fromLocation && pathChanged) moved.current = true
    }),
    [router],
  )
  useEffect(() => tabs.onNews((news) => news === 'session' && session.reread()), [tabs, session])
  useEffect(() => {
    const look = () => session.reread()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [session])

  return (
    <Provider value={client} key={epoch}>
      <NavigatedContext value={navigated}>
        <BasketProvider>
          <RouterProvider router={router} />
        </BasketProvider>
      </NavigatedContext>
    </Provider>
  )
}
