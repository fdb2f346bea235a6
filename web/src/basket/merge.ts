import { alone } from '../session/alone'
import type { LocalBasket } from './localBasket'
import type { Change, Outcome } from './queue'

type Send = (changes: Change[], key: string) => Promise<Outcome>

/**
 * mergeLocal adds the lines in the browser to the basket on the server, one tab at a time. Lines
 * stay in the browser until the server has answered; then the next call sends them with the same
 * key, so they are added once. It returns the messages of the refusals.
 */
export async function mergeLocal(basket: LocalBasket, send: Send): Promise<readonly string[]> {
  return alone(basket.lock(), () => mergeAll(basket, send, []))
}

/** Sends one batch. If lines of it are refused, it removes them and sends the rest. */
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
