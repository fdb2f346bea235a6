import { alone } from '../session/alone'
import type { LocalBasket, LocalLine } from './localBasket'
import type { Change, Outcome } from './queue'

/**
 * Adds the lines that wait in the browser to the basket on the server, in one change, one tab at a time.
 * Lines go from the browser only when the server has answered for them. Answers what the server refused.
 */
export async function mergeLocal(
  basket: LocalBasket,
  send: (changes: Change[]) => Promise<Outcome>,
): Promise<readonly string[]> {
  return alone('trefoil.merge', () => mergeAll(basket, send, []))
}

/** Each round either ends, or takes at least one refused line away. */
async function mergeAll(
  basket: LocalBasket,
  send: (changes: Change[]) => Promise<Outcome>,
  told: readonly string[],
): Promise<readonly string[]> {
  const lines = basket.snapshot()
  if (lines.length === 0) return told
  const outcome = await send(lines.map(({ productId, quantity }) => ({ action: 'ADD', productId, quantity })))
  if ('fault' in outcome) return told
  if (outcome.refusals.length === 0) {
    take(basket, lines)
    return told
  }

  const refused = lines.filter((line) => outcome.refusals.some(({ productId }) => productId === line.productId))
  const messages = [...told, ...outcome.refusals.map(({ message }) => message)]
  if (refused.length === 0) return messages
  take(basket, refused)
  return mergeAll(basket, send, messages)
}

/** Takes the lines away, but leaves what was added to them meanwhile. */
function take(basket: LocalBasket, lines: readonly LocalLine[]): void {
  for (const { productId, quantity } of lines) {
    const held = basket.snapshot().find((line) => line.productId === productId)
    if (held) basket.set(productId, held.quantity - quantity)
  }
}
