import { newKey } from '../graphql/key'

const storageKey = 'trefoil.placing'

interface Attempt {
  orderId: string
  version: number
  key: string
}

/**
 * The idempotency key of placing this version of this order: the same one until it is placed, also after
 * a reload, so that a click whose answer was lost does not order twice. Another version is another
 * order to the server, and gets another key.
 */
export function keyFor(orderId: string, version: number, storage: Storage): string {
  const held = read(storage)
  if (held?.orderId === orderId && held.version === version) return held.key
  const attempt: Attempt = { orderId, version, key: newKey() }
  storage.setItem(storageKey, JSON.stringify(attempt))
  return attempt.key
}

/** Placed: the key has done its work. */
export function dropKey(storage: Storage): void {
  storage.removeItem(storageKey)
}

function read(storage: Storage): Attempt | undefined {
  try {
    return (JSON.parse(storage.getItem(storageKey) ?? 'null') as Attempt | null) ?? undefined
  } catch {
    return undefined
  }
}
