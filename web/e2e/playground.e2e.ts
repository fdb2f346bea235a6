import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test('the playground runs its ready queries without any other host', async () => {
  const visitor = await Visitor.arrive(browser, { viewport: { width: 1400, height: 900 } })
  const { page } = visitor
  await visitor.register()
  await page.goto('/playground')

  const tabs = page.getByRole('tab')
  await tabs.first().waitFor()
  const names = ['Account', 'Catalogue', 'ProductBySlug', 'Register', 'CreateToken', 'ChangeBasket', 'PlaceOrder']
  const shown = await tabs.allTextContents()
  expect(shown.map((text) => names.find((name) => text.startsWith(name)))).toEqual(names)

  // The collapsed query, asked with the storefront's session.
  const execute = page.getByRole('button', { name: /Execute query/ })
  const answer = page.locator('.graphiql-response')
  await execute.click()
  await expect.poll(() => answer.textContent(), { timeout: 20_000 }).toMatch(/displayName.*Ada.Lovelace/)

  await tabs.nth(1).click()
  await execute.click()
  await expect.poll(() => answer.textContent(), { timeout: 20_000 }).toMatch(/hasNextPage/)

  // Its editor knows the schema: the languages run in workers of this build.
  expect(page.workers().length).toBeGreaterThan(0)
  expect(visitor.complaints).toEqual([])
  await visitor.leave()
})
