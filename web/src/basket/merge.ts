import { alone } from '../session/alone'
import type { LocalBasket } from './localBasket'
import type { Change, Outcome } from './queue'

type Send = (changes: Change[], key: string) => Promise<Outcome>

/**
 * Adds the lines that wait in the browser to the basket on the server, one tab at a time. Lines go from the browser
 * only when the server has answered for them; what it has not answered for is sent again with the same key, and so
 * added once. Answers what the server refused.
 */
export async function mergeLocal(basket: LocalBasket, send: Send): Promise<readonly string[]> {
  return alone(basket.lock(), () => mergeAll(basket, send, []))
}

/** Each round either ends, or takes a refused line away. What is left after an answer is for the next time. */
async function mergeAll(
  basket: LocalBasket,
  send: Send,
  told: readonly string[],
): Promise<readonly string[]> {
  const batch = basket.next()
  if (!batch) return told
  const { key, lines } = batch
  const outcome = await send(
    lines.map(({ productId, quantity }) => ({ action: 'ADD', productId, quantity })),
    key,
  )
  if ('fault' in outcome) return told
  const { refusals } = outcome
  const refused = lines.filter((line) =>
    refusals.some(({ productId }) => productId === line.productId),
  )
  basket.settle(batch, refusals.length > 0 ? refused : lines)
  const messages = [...told, ...refusals.map(({ message }) => message)]
  return refused.length === 0 ? messages : mergeAll(basket, send, messages)
}
