/** A new idempotency key. Who is logged in is in a secure context: elsewhere the session's cookies are not kept. */
export const newKey = () => `web-${crypto.randomUUID()}`
