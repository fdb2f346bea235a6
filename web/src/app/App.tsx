import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Provider } from 'urql'
import { BasketProvider } from '../basket/BasketProvider'
import { newClient } from '../graphql/client'
import { useSession } from '../session/useSession'
import { NavigatedContext } from './navigated'
import type { newRouter } from './routes'
import { useServices } from './services'

export function App({ router }: { router: ReturnType<typeof newRouter> }) {
  const { epoch } = useSession()
  const moved = useRef(false)
  const navigated = useMemo(() => () => moved.current, [])
  useSessionNews()

  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged) moved.current = true
      }),
    [router],
  )
  return (
    <NavigatedContext value={navigated}>
      <Person key={epoch}>
        <RouterProvider router={router} />
      </Person>
    </NavigatedContext>
  )
}

/** All that belongs to one person. Made anew for the next: nothing of the one before is left. */
function Person({ children }: { children: ReactNode }) {
  const { session } = useServices()
  const [client] = useState(() => newClient(session))
  return (
    <Provider value={client}>
      <BasketProvider>{children}</BasketProvider>
    </Provider>
  )
}

/** Somebody may have logged in or out in another tab, told or not. */
function useSessionNews(): void {
  const { session, tabs } = useServices()
  useEffect(() => {
    const look = () => session.reread()
    document.addEventListener('visibilitychange', look)
    const stop = tabs.onNews((news) => news === 'session' && look())
    return () => {
      document.removeEventListener('visibilitychange', look)
      stop()
    }
  }, [session, tabs])
}
