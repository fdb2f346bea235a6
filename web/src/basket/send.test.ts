import { beforeEach, expect, test } from 'vitest'
import { down, testShop, type Reply } from '../testing/shop'
import { BasketDocument } from './documents'
import type { Change } from './queue'
import { sendChanges } from './send'

beforeEach(() => localStorage.clear())

const money = { __typename: 'Money', amountMinor: 100, currency: 'EUR', decimal: '1.00' }
const item = (productId: string, quantity: number) => ({
  ...{ __typename: 'OrderItem', id: `itm_${productId}`, productId, sku: productId, quantity },
  ...{ title: productId, unitPrice: money, lineTotal: money },
})
const order = (...items: object[]) => ({
  ...{ __typename: 'Order', id: 'ord_1', version: 2, totalQuantity: 2 },
  ...{ problems: [], total: money, items },
})
const changed = (...errors: object[]): Reply => ({
  data: {
    changeOrderItems: {
      __typename: 'ChangeOrderItemsPayload',
      order: errors.length > 0 ? null : order(item('mug', 2)),
      errors,
    },
  },
})

const add: Change = { action: 'ADD', productId: 'mug', quantity: 2 }
const set: Change = { action: 'SET', productId: 'pen', quantity: 1 }

test('additions are sent with their key, and outlive the page', async () => {
  const { client, asked } = testShop({ ChangeBasket: [changed()] })
  expect(await sendChanges(client, [add, set], 'k')).toEqual({ refusals: [] })
  expect(asked).toEqual([
    { name: 'ChangeBasket', variables: { changes: [add, set], key: 'k' }, keepalive: true },
  ])
})

test('quantities alone are sent without a key: to set them twice does no harm', async () => {
  const { client, asked } = testShop({ ChangeBasket: [changed()] })
  await sendChanges(client, [set], 'k')
  expect(asked[0]?.variables['key']).toBeUndefined()
})

test('the changed draft is the basket, also if there was none', async () => {
  const { client, named } = testShop({
    Basket: [{ data: { basket: null } }],
    ChangeBasket: [changed()],
  })
  const before = await client.query(BasketDocument, {}).toPromise()
  expect(before.data?.basket).toBeNull()
  await sendChanges(client, [add], 'k')
  expect(client.readQuery(BasketDocument, {})?.data?.basket).toMatchObject({ id: 'ord_1' })
  expect(named('Basket')).toHaveLength(1)
})

test.each<[object, object]>([
  [
    { __typename: 'QuantityOutOfRange', productId: 'mug', maximumQuantity: 20, message: 'x' },
    { productId: 'mug', message: 'One order holds at most 20 of this.' },
  ],
  [
    { __typename: 'ProductNotFound', productId: 'mug', message: 'x' },
    { productId: 'mug', message: 'This is no longer on sale.' },
  ],
  [{ __typename: 'TooManyDrafts', message: 'Too many.' }, { message: 'Too many.' }],
  [{ __typename: 'OrderNotEditable', message: 'It is placed.' }, { message: 'It is placed.' }],
])('the refusal %j is shown as %j', async (error, refusal) => {
  const { client } = testShop({ ChangeBasket: [changed(error)] })
  expect(await sendChanges(client, [add], 'k')).toEqual({ refusals: [refusal] })
})

test('a key that the server has seen means that the change is made', async () => {
  const reused = { __typename: 'IdempotencyKeyReused', message: 'used' }
  const { client } = testShop({ ChangeBasket: [changed(reused)] })
  expect(await sendChanges(client, [add], 'k')).toEqual({ refusals: [] })
})

test.each<[Reply, object]>([
  ['lost', { code: 'UNREACHABLE', retryable: true }],
  [down('changeOrderItems', 'order'), { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'order' }],
  [{ data: { changeOrderItems: null } }, { code: 'INTERNAL', retryable: false }],
])('the answer %j is a fault', async (reply, fault) => {
  const { client } = testShop({ ChangeBasket: [reply] })
  expect(await sendChanges(client, [add], 'k')).toMatchObject({ fault })
})
