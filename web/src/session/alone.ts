import { Lease } from './lease'

/**
 * Does the work in one tab at a time. Where browsers have no locks (plain http on another host than loopback), a lease
 * in the storage that the tabs share does for one.
 */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager | null }
  return locks ? locks.request(name, work) : new Lease(name, localStorage).hold(work)
}
