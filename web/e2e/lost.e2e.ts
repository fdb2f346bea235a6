import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { losing, lost, type Loss } from './losing'
import { launch, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

/** Somebody at the checkout, with one piece in the basket. */
async function atCheckout(): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser)
  await visitor.register()
  const [slug = ''] = await slugs(visitor, 1)
  await visitor.put(slug)
  await visitor.page.goto('/checkout')
  return visitor
}

const place = (page: Page) => page.getByRole('button', { name: 'Place the order' }).click()

/** The page shows the one order there is. */
async function showsTheOneOrder(visitor: Visitor): Promise<void> {
  const { page } = visitor
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  const { orders } = (await visitor.graphql('{ orders { nodes { id } } }')) as {
    orders: { nodes: { id: string }[] }
  }
  expect(orders.nodes.map(({ id }) => `/orders/${id}`)).toEqual([new URL(page.url()).pathname])
  await expect.poll(() => page.locator('[data-badge]').count()).toBe(0)
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  await page.goto('/basket')
  await page.getByText('Your basket is empty.').waitFor()
  expect(await page.getByText('It is not known yet').count()).toBe(0)
}

test.each(lost)('an order is shown though placing it got no more than: %s', async (loss) => {
  const visitor = await atCheckout()
  await losing(visitor.page, 'mutation PlaceOrder', loss)
  await place(visitor.page)
  await showsTheOneOrder(visitor)
  await visitor.leave()
})

test('an order that did not reach the shop is placed by the next click', async () => {
  const visitor = await atCheckout()
  const { page } = visitor
  await losing(page, 'mutation PlaceOrder', 'request')
  await place(page)
  await page.getByText('Your order is not placed yet').waitFor()
  await visitor.looksWell('a checkout whose order did not arrive')
  await page.reload()
  await page.getByText('Your order is not placed yet').waitFor()
  await place(page)
  await showsTheOneOrder(visitor)
  await visitor.leave()
})

/**
 * Somebody who has ordered without an answer. Look-ups have none either while `silent` names them.
 */
async function ordered() {
  const visitor = await atCheckout()
  const { page } = visitor
  const silent = new Set(['PlacedOrder'])
  await losing(page, 'mutation PlaceOrder', 'answer', { silent })
  await place(page)
  await page.getByText('We do not know yet whether your order is placed').waitFor()
  return { visitor, page, silent }
}

test('an order whose answer is lost, and looked for in vain, is found after a reload', async () => {
  const { visitor, page, silent } = await ordered()
  expect(await page.getByRole('button', { name: 'Place the order' }).isDisabled()).toBe(true)
  await page.goto('/basket')
  await page.getByRole('link', { name: 'See whether it is placed' }).click()
  await page.getByText('We do not know yet whether your order is placed').waitFor()
  await visitor.looksWell('a checkout that does not know what it has ordered')
  await page.reload()
  await page.getByText('We do not know yet whether your order is placed').waitFor()
  silent.clear() // The page looks again by itself.
  await showsTheOneOrder(visitor)
  await visitor.leave()
})

test.each(['/', '/account'])('%s says that the order may be placed', async (path) => {
  const { visitor, page, silent } = await ordered()
  await page.goto(path)
  await page.getByText('We do not know yet whether your last order is placed.').waitFor()
  await visitor.looksWell(`${path} while it is not known whether an order is placed`)
  silent.clear()
  await page.getByRole('link', { name: 'See whether it is placed' }).click()
  await showsTheOneOrder(visitor)
  await visitor.leave()
})

test('a second basket is not ordered before it is known what became of the first', async () => {
  const { visitor, page, silent } = await ordered()
  const [slug = ''] = await slugs(visitor, 1)
  await visitor.put(slug)
  await page.goto('/checkout')
  await page.getByText('1 ×').waitFor()
  expect(await page.getByRole('button', { name: 'Place the order' }).isDisabled()).toBe(true)
  silent.clear()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  expect(await visitor.graphql('{ orders { totalCount } basket { totalQuantity } }')).toEqual({
    orders: { totalCount: 1 },
    basket: { totalQuantity: 1 },
  })
  await visitor.leave()
})

/** Somebody who has ordered, and asks to cancel it. */
async function cancelling(loss: Loss, silent?: Set<string>): Promise<Visitor> {
  const visitor = await atCheckout()
  const { page } = visitor
  await place(page)
  await page.getByText('Confirmed').first().waitFor()
  await losing(page, 'mutation CancelOrder', loss, { silent })
  await page.getByRole('button', { name: 'Cancel the order' }).click()
  await page.getByRole('button', { name: 'Yes, cancel the order' }).click()
  return visitor
}

test.each(lost)('a cancelled order is shown though cancelling got: %s', async (loss) => {
  const visitor = await cancelling(loss)
  await visitor.page.getByText('Cancelled', { exact: true }).first().waitFor()
  expect(await visitor.page.getByRole('button', { name: 'Cancel the order' }).count()).toBe(0)
  await visitor.leave()
})

test('an order that the shop was not asked to cancel is cancelled by the next click', async () => {
  const visitor = await cancelling('request')
  const { page } = visitor
  await page.getByText('The order is not cancelled yet').waitFor()
  await page.getByRole('button', { name: 'Cancel the order' }).click()
  await page.getByRole('button', { name: 'Yes, cancel the order' }).click()
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
  await visitor.leave()
})

test('a cancelled order is shown after a reload, though nothing was answered', async () => {
  const silent = new Set(['CancelledOrder'])
  const visitor = await cancelling('answer', silent)
  const { page } = visitor
  await page.getByText('We do not know yet whether the order is cancelled').waitFor()
  await page.reload()
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
  expect(await page.getByRole('button', { name: 'Cancel the order' }).count()).toBe(0)
  await visitor.leave()
})

test('nothing is claimed of an order whose cancelling and looking up are not answered', async () => {
  const silent = new Set(['CancelledOrder'])
  const visitor = await cancelling('answer', silent)
  const { page } = visitor
  await page.getByText('We do not know yet whether the order is cancelled').waitFor()
  await visitor.looksWell('an order that may be cancelled')
  silent.clear() // The page looks again by itself.
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
  await visitor.leave()
})
