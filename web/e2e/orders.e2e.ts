import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idOf, launch, screens, slugs, start, stop, Visitor, type Screen } from './shop'

let browser: Browser
let admin: Visitor
beforeAll(async () => {
  browser = await launch()
  admin = await Visitor.arrive(browser)
  await admin.registerAdmin()
})
afterAll(() => browser.close())

describe.each(screens)('$name', (screen) => {
  test('several baskets, an order cancelled, and one that is refused', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    await visitor.register()
    const [first = '', second = ''] = await slugs(visitor, 2)
    await visitor.put(first)

    // Another basket, with a name; what is added goes there, until the first is used again.
    await page.goto('/basket')
    const baskets = page.getByRole('region', { name: 'Your baskets' })
    await baskets.getByLabel('Name of a new basket').fill('For the garden')
    await baskets.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Your basket is empty.').waitFor()
    await visitor.put(second)
    await visitor.put(second)
    await page.goto('/basket')
    await baskets.getByText('In use, 2 pieces').waitFor()
    await baskets.getByRole('button', { name: 'Rename For the garden' }).click()
    await baskets.getByLabel('New name of For the garden').fill('For the balcony')
    await baskets.getByRole('button', { name: 'Save' }).click()
    await baskets.getByRole('heading', { name: 'For the balcony' }).waitFor()
    await visitor.looksWell('two baskets')
    await baskets.getByRole('button', { name: /^Use/ }).click()
    await baskets.getByText('In use, 1 piece').waitFor()
    await expect.poll(() => page.locator('[data-badge]').textContent()).toBe('1')
    await baskets.getByRole('button', { name: 'Discard For the balcony' }).click()
    await expect.poll(() => baskets.getByRole('listitem').count()).toBe(1)

    // Ordered, with its history, and cancelled.
    await page.goto('/checkout')
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
    const history = page.getByRole('region', { name: 'History' })
    await history.getByText('Confirmed').waitFor()
    await page.getByRole('button', { name: 'Cancel the order' }).click()
    await page.getByRole('button', { name: 'Yes, cancel the order' }).click()
    await history.getByText('Cancelled').waitFor()
    expect(await page.getByRole('button', { name: 'Cancel the order' }).count()).toBe(0)
    await visitor.looksWell('a cancelled order')

    // The whole stock, one piece of which breaks: nothing is ordered, and the basket says why.
    const scarce = await scarceSlug()
    const product = await idOf(visitor, scarce)
    await visitor.put(scarce)
    await visitor.graphql(everything, { product })
    await admin.graphql(broken, {
      input: {
        productId: product,
        delta: -1,
        reason: 'broken',
        idempotencyKey: crypto.randomUUID(),
      },
    })
    await page.goto('/checkout')
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByText(/Only \d+ of .* left/).waitFor()
    await page.goto('/basket')
    await page.getByText('Nothing has been ordered yet.').waitFor()
    await page.getByText(/Only \d+ of .* left/).waitFor()
    await visitor.looksWell('a refused basket')
    await visitor.leave()
  })

  test('an order is pending while nobody knows of its stock, and goes on by itself', async () => {
    const { visitor, page } = await shopper(screen)
    stop('product')
    try {
      await placeIt(page)
      await page.getByText('Being checked', { exact: true }).first().waitFor()
      await page.getByText('This page updates automatically.').waitFor()
      await visitor.looksWell('a pending order')
    } finally {
      start('product')
    }
    await page.getByRole('link', { name: /^Invoice/ }).waitFor({ timeout: 60_000 })
    await page.getByText('Confirmed', { exact: true }).waitFor()
    await visitor.leave()
  })

  test('a price that was never shown is not paid: the new one is accepted first', async () => {
    const { visitor, page, slug } = await shopper(screen)
    stop('nats') // nobody hears of the new price
    try {
      await admin.changeProduct(slug, { priceMinor: screen.name === 'phone' ? 123_45 : 543_21 })
      await placeIt(page)
      await page.getByText('Being checked', { exact: true }).first().waitFor()
    } finally {
      start('nats')
    }
    await page.getByText('Nothing has been ordered.').waitFor({ timeout: 60_000 })
    await visitor.looksWell('an order at another price')
    await page.getByRole('link', { name: 'Back to the basket' }).click()
    const accept = page.getByRole('link', { name: 'Accept the new price' })
    await accept.waitFor()
    await visitor.looksWell('a basket at another price')
    await accept.click()
    const price = screen.name === 'phone' ? '€123.45' : '€543.21'
    await expect
      .poll(() => page.getByRole('region', { name: 'Total' }).textContent())
      .toContain(price)
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
    expect(await page.getByRole('complementary').textContent()).toContain(price)
    await visitor.leave()
  })

  test('earlier orders are shown a page at a time', async () => {
    const { visitor, page } = await shopper(screen)
    await place(visitor)
    for (const slug of await slugs(visitor, 11)) {
      await visitor.graphql(put, { product: await idOf(visitor, slug) })
      await place(visitor)
    }
    await page.goto('/account')
    const orders = page.getByRole('region', { name: 'Orders' })
    const cards = orders.getByRole('heading', { level: 3 })
    await cards.nth(9).waitFor()
    expect(await cards.count()).toBe(10)
    const newest = await cards.first().textContent()
    await orders.getByRole('button', { name: 'Show earlier orders' }).click()
    await expect.poll(() => cards.count()).toBe(12)
    expect(new Set(await cards.allTextContents()).size).toBe(12)
    expect(await cards.first().textContent()).toBe(newest)
    expect(await orders.getByRole('button', { name: 'Show earlier orders' }).count()).toBe(0)
    await visitor.looksWell('an account with many orders')
    await visitor.leave()
  })
})

/** Somebody new with one product in the basket. */
async function shopper(screen: Screen) {
  const visitor = await Visitor.arrive(browser, screen)
  await visitor.register()
  const slug = (await slugs(visitor, 3)).at(-1) ?? ''
  await visitor.put(slug)
  return { visitor, page: visitor.page, slug }
}

async function placeIt(page: Page): Promise<void> {
  await page.goto('/checkout')
  await page.getByRole('button', { name: 'Place the order' }).click()
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
}

/** Places the basket as an API consumer would. */
async function place(visitor: Visitor): Promise<void> {
  const { basket } = (await visitor.graphql('{ basket { version } }')) as {
    basket: { version: number }
  }
  const input = { expectedVersion: basket.version, idempotencyKey: crypto.randomUUID() }
  const done = await visitor.graphql(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { errors { __typename } } }',
    { input },
  )
  expect(done).toEqual({ placeOrder: { errors: [] } })
}

/** A product of which an order can hold all pieces that there are. */
async function scarceSlug(): Promise<string> {
  const data = (await admin.graphql('{ lowStock(atMost: 9) { nodes { slug } } }')) as {
    lowStock: { nodes: { slug: string }[] }
  }
  return data.lowStock.nodes.at(-1)?.slug ?? ''
}

const put = `mutation ($product: ID!) {
  changeOrderItems(input: { changes: [{ action: ADD, productId: $product, quantity: 1 }] }) { order { id } } }`

const broken = `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { product { id } } }`

const everything = `mutation ($product: ID!) {
  changeOrderItems(input: { changes: [{ action: SET, productId: $product, quantity: 999 }] }) { order { id } } }`
