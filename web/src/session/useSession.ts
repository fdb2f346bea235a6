import { useSyncExternalStore } from 'react'
import { useServices } from '../services/services'
import type { SessionState } from './session'

export function useSession(): SessionState {
  const { session } = useServices()
  return useSyncExternalStore(session.subscribe, session.snapshot)
}
