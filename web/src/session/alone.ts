/**
 * Does the work in one tab at a time. Where browsers have no locks (plain http on another host than
 * loopback) it is done at once: the servers bear two tabs doing the same, if less gracefully.
 */
export function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager | null }
  return locks ? locks.request(name, work) : work()
}
