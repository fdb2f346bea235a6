import { beforeEach, expect, test } from 'vitest'
import { OwnedStorage } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'
import { LocalBasket } from './localBasket'
import { mergeLocal } from './merge'
import type { Change, Outcome } from './queue'

const storage = new OwnedStorage(new SafeStorage(() => localStorage), 'ada', () => true)
let basket: LocalBasket
beforeEach(() => {
  localStorage.clear()
  basket = new LocalBasket(storage)
  basket.add({ productId: 'mug', title: 'Mug', quantity: 2 })
  basket.add({ productId: 'pen', title: 'Pen', quantity: 1 })
})

function answering(...outcomes: Outcome[]) {
  const sent: Change[][] = []
  const keys: string[] = []
  const send = (changes: Change[], key: string) => {
    sent.push(changes)
    keys.push(key)
    const outcome = outcomes[sent.length - 1]
    return outcome ? Promise.resolve(outcome) : Promise.reject(new Error('asked too often'))
  }
  return { sent, keys, send }
}

const add = (productId: string, quantity: number): Change => ({
  action: 'ADD',
  productId,
  quantity,
})

test('all lines go in one change, and leave the browser after it', async () => {
  const { sent, send } = answering({ refusals: [] })
  expect(await mergeLocal(basket, send)).toEqual([])
  expect(sent).toEqual([[add('mug', 2), add('pen', 1)]])
  expect(basket.snapshot()).toEqual([])
  expect(localStorage.length).toBe(0)
})

const silence: Outcome = { fault: { code: 'UNREACHABLE', retryable: true } }
const done: Outcome = { refusals: [] }

test('what was sent without an answer is sent again as it was, with the same key, also by another page', async () => {
  const { sent, keys, send } = answering(silence, silence, done, done)
  await mergeLocal(basket, send)
  basket.add({ productId: 'mug', title: 'Mug', quantity: 3 })
  await mergeLocal(new LocalBasket(storage), send)
  await mergeLocal(basket, send)
  expect(sent).toEqual([1, 2, 3].map(() => [add('mug', 2), add('pen', 1)]))
  expect(new Set(keys).size).toBe(1)

  expect(basket.snapshot()).toEqual([{ productId: 'mug', title: 'Mug', quantity: 3 }])
  await mergeLocal(basket, send)
  expect(sent[3]).toEqual([add('mug', 3)])
  expect(keys[3]).not.toBe(keys[0])
  expect(localStorage.length).toBe(0)
})

test('a line that the visitor changed meanwhile is not sent as it was', async () => {
  const { sent, keys, send } = answering(silence, done)
  await mergeLocal(basket, send)
  basket.set('mug', 0)
  await mergeLocal(basket, send)
  expect(sent[1]).toEqual([add('pen', 1)])
  expect(keys[1]).not.toBe(keys[0])
  expect(localStorage.length).toBe(0)
})

test('what the page had sent in vain goes with the key it had, and first', async () => {
  const { sent, keys, send } = answering(done, done)
  basket.keep({ key: 'of the queue', lines: [{ productId: 'mug', title: 'Mug', quantity: 4 }] })
  expect(basket.snapshot().map(({ quantity }) => quantity)).toEqual([6, 1])
  await mergeLocal(basket, send)
  await mergeLocal(basket, send)
  expect(sent).toEqual([[add('mug', 4)], [add('mug', 2), add('pen', 1)]])
  expect(keys[0]).toBe('of the queue')
  expect(localStorage.length).toBe(0)
})

test('nothing leaves the browser when nobody answers', async () => {
  const { send } = answering({ fault: { code: 'UNREACHABLE', retryable: true } })
  await mergeLocal(basket, send)
  expect(basket.snapshot()).toHaveLength(2)
  expect(new LocalBasket(storage).snapshot()).toHaveLength(2)
})

test('what is refused is told and left out, the rest goes', async () => {
  const { sent, send } = answering(
    { refusals: [{ productId: 'mug', message: 'This is no longer on sale.' }] },
    { refusals: [] },
  )
  expect(await mergeLocal(basket, send)).toEqual(['This is no longer on sale.'])
  expect(sent).toEqual([[add('mug', 2), add('pen', 1)], [add('pen', 1)]])
  expect(basket.snapshot()).toEqual([])
})

test('a refusal that names no line does not go round for ever', async () => {
  const { sent, send } = answering({ refusals: [{ message: 'The order is placed.' }] })
  expect(await mergeLocal(basket, send)).toEqual(['The order is placed.'])
  expect(sent).toHaveLength(1)
})

test('what is added while the merge is under way stays', async () => {
  const send = () => {
    basket.add({ productId: 'mug', title: 'Mug', quantity: 3 })
    return Promise.resolve<Outcome>({ refusals: [] })
  }
  await mergeLocal(basket, send)
  expect(basket.snapshot()).toEqual([{ productId: 'mug', title: 'Mug', quantity: 3 }])
})

test('a basket from a storage that somebody else wrote is read with care', () => {
  for (const text of [
    'no json',
    '{}',
    'null',
    '[{"productId":1}]',
    '[{"productId":"a","title":"A","quantity":1.5}]',
    '[{"key":"k","lines":[{}]}]',
  ]) {
    for (const name of ['basket', 'basket.sent'] as const)
      localStorage.setItem(storage.keyOf(name), text)
    expect(new LocalBasket(storage).snapshot()).toEqual([])
    expect(new LocalBasket(storage).next()).toBeUndefined()
  }
})
