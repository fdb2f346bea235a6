/**
 * newKey returns a new idempotency key. Guests may be at a page without crypto.randomUUID, on
 * plain http.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
