import { useEffect, useEffectEvent } from 'react'
import { retryDelay } from './backoff'

/** Calls `retry` at growing intervals while `failing`, and never while the page is hidden. */
export function useAutoRetry(failing: boolean, retry: () => void): void {
  const again = useEffectEvent(retry)

  useEffect(() => {
    if (!failing) return
    let attempt = 0
    let timer: ReturnType<typeof setTimeout> | undefined

    const schedule = () => {
      clearTimeout(timer)
      if (!document.hidden) timer = setTimeout(run, retryDelay(attempt))
    }
    const run = () => {
      attempt++
      again()
      schedule()
    }
    // After a return from another tab, the first wait is short again.
    const onVisibility = () => {
      attempt = 0
      schedule()
    }

    schedule()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [failing])
}
