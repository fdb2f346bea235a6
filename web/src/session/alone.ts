import { SafeStorage } from '../storage/safeStorage'
import { Lease } from './lease'

/**
 * alone runs the work in one tab at a time. If the browser has no locks (plain http on another host
 * than loopback) or refuses them, it uses a lease in the storage that the tabs share.
 */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager | null }
  const progress = { isBegun: false }
  const begin = () => {
    progress.isBegun = true
    return work()
  }
  try {
    if (locks) return await locks.request(name, begin)
  } catch (error) {
    if (progress.isBegun) throw error
  }
  return new Lease(name, new SafeStorage(() => localStorage)).hold(work)
}
