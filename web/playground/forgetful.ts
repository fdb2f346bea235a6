import type { SafeStorage } from '../src/storage/safeStorage'

/**
 * forgetful returns a Storage that ends with the page. GraphiQL stores everything that somebody
 * types, also passwords and tokens, and the storefront shares the browser's storage.
 */
export function forgetful(): Storage {
  const values = new Map<string, string>()
  return {
    get length() {
      return values.size
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  }
}

/** forgetTyped removes what former versions of the playground stored. */
export function forgetTyped(storage: SafeStorage): void {
  for (const key of storage.keys()) if (key.startsWith('graphiql:')) storage.removeItem(key)
}
