import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, screens, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

for (const screen of screens) {
  test(`several baskets, an order cancelled, and one that is refused: ${screen.name}`, async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    await visitor.register()
    const [first = '', second = ''] = await slugs(visitor, 2)
    await visitor.put(first)

    // Another basket, with a name; what is added goes there, until the first is used again.
    await page.goto('/basket')
    const baskets = page.getByRole('region', { name: 'Your baskets' })
    await baskets.getByLabel('Name of a new basket').fill('For the garden')
    await baskets.getByRole('button', { name: 'Start it' }).click()
    await page.getByText('There is nothing in it yet.').waitFor()
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
    await baskets.getByRole('button', { name: 'Throw away For the balcony' }).click()
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

    // More than there is: nothing is ordered, and the basket says why.
    await visitor.put(first)
    await visitor.graphql(everything, { product: await productOf(visitor, first) })
    await page.goto('/checkout')
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByText(/there are only \d+ left/).waitFor()
    await page.goto('/basket')
    await page.getByText('Nothing was ordered yet.').waitFor()
    await page.getByText(/there are only \d+ left/).waitFor()
    await visitor.looksWell('a refused basket')
    await visitor.leave()
  })
}

const everything = `mutation ($product: ID!) {
  changeOrderItems(input: { changes: [{ action: SET, productId: $product, quantity: 999 }] }) { order { id } } }`

async function productOf(visitor: Visitor, slug: string): Promise<string> {
  const { product } = (await visitor.graphql('query ($slug: String) { product(slug: $slug) { id } }', { slug })) as { product: { id: string } }
  return product.id
}
