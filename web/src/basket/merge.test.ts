import { beforeEach, expect, test } from 'vitest'
import { LocalBasket } from './localBasket'
import { mergeLocal } from './merge'
import type { Change, Outcome } from './queue'

let basket: LocalBasket
beforeEach(() => {
  localStorage.clear()
  basket = new LocalBasket(localStorage)
  basket.add({ productId: 'mug', title: 'Mug', quantity: 2 })
  basket.add({ productId: 'pen', title: 'Pen', quantity: 1 })
})

function answering(...outcomes: Outcome[]) {
  const sent: Change[][] = []
  const send = (changes: Change[]) => {
    sent.push(changes)
    const outcome = outcomes[sent.length - 1]
    return outcome ? Promise.resolve(outcome) : Promise.reject(new Error('asked too often'))
  }
  return { sent, send }
}

const add = (productId: string, quantity: number): Change => ({ action: 'ADD', productId, quantity })

test('all lines go in one change, and leave the browser after it', async () => {
  const { sent, send } = answering({ refusals: [] })
  expect(await mergeLocal(basket, send)).toEqual([])
  expect(sent).toEqual([[add('mug', 2), add('pen', 1)]])
  expect(basket.snapshot()).toEqual([])
  expect(localStorage.length).toBe(0)
})

test('nothing leaves the browser when nobody answers', async () => {
  const { send } = answering({ fault: { code: 'UNREACHABLE', retryable: true } })
  await mergeLocal(basket, send)
  expect(basket.snapshot()).toHaveLength(2)
  expect(new LocalBasket(localStorage).snapshot()).toHaveLength(2)
})

test('what is refused is told and left out, the rest goes', async () => {
  const { sent, send } = answering({ refusals: [{ productId: 'mug', message: 'This is no longer on sale.' }] }, { refusals: [] })
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
  for (const text of ['no json', '{}', 'null', '[{"productId":1}]', '[{"productId":"a","title":"A","quantity":1.5}]']) {
    localStorage.setItem('trefoil.basket', text)
    expect(new LocalBasket(localStorage).snapshot()).toEqual([])
  }
})
