import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { baseUrl, freeTextUrl, isTrusting, launch, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const shoppers = [
  'Account',
  'Catalogue',
  'ProductBySlug',
  'Register',
  'CreateToken',
  'ChangeBasket',
  'PlaceOrder',
]
const staffs = ['Users', 'CreateProduct', 'LowStock', 'AllOrders']

test('the playground runs its ready queries without any other host', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  await page.goto(`${freeTextUrl}/playground`)

  const tabs = page.getByRole('tab')
  await tabs.first().waitFor()
  const names = [...shoppers, ...staffs]
  const shown = await tabs.allTextContents()
  expect(shown.map((text) => names.find((name) => text.startsWith(name)))).toEqual(names)

  // The collapsed query, asked with the storefront's session.
  const execute = page.getByRole('button', { name: /Execute query/ })
  const answer = page.locator('.graphiql-response')
  await execute.click()
  await expect
    .poll(() => answer.textContent(), { timeout: 20_000 })
    .toMatch(/displayName.*Ada.Lovelace/)

  // The editor parses a new tab after a delay. Until then it sends the operation of the last tab.
  await tabs.nth(1).click()
  const again = async () => {
    await execute.click()
    return answer.textContent()
  }
  await expect.poll(again, { timeout: 20_000, interval: 500 }).toMatch(/productCount.*totalCount/)

  // Its editor knows the schema: the languages run in workers of this build.
  expect(page.workers().length).toBeGreaterThan(0)
  expect(visitor.complaints).toEqual([])
  await visitor.leave()
})

test('staff run each of their operations, and what they make is on the shelves', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const name = await visitor.registerAdmin()
  await page.goto(`${freeTextUrl}/playground`)
  await page.locator('.graphiql-editor .view-line').first().waitFor() // before the editor is there, a tab is not shown
  const answer = page.locator('.graphiql-response')
  /** Runs one of the operations of a tab; the empty ids of the tabs' variables are nobody's. */
  const run = async (tab: number, operation: string, says: RegExp) => {
    await page
      .getByRole('tab')
      .nth(shoppers.length + tab)
      .click() // its name is that of what was run last
    await page.locator('.graphiql-execute-button[aria-haspopup=menu]').click() // it has a menu once the tab is understood
    await page.getByRole('menuitem', { name: operation, exact: true }).click()
    await expect
      .poll(async () => (await answer.textContent())?.replace(/\s+/g, ' '), {
        message: operation,
        timeout: 20_000,
      })
      .toMatch(says)
  }
  await run(0, 'Users', new RegExp(`"username": "${name}"`))
  await run(0, 'UserByName', /"user": null/)
  await run(0, 'SetRole', /UserNotFound/)
  await run(1, 'CreateProduct', /"slug": "egg-cup"/)
  await run(1, 'UpdateProduct', /UnknownProduct/)
  await run(2, 'LowStock', /"lowStock": /)
  await run(2, 'StockLedger', /"stockLedger": /)
  await run(2, 'AdjustStock', /UnknownProduct/)
  await run(3, 'AllOrders', /"allOrders": /)
  await run(3, 'AdvanceOrder', /OrderNotFound/)

  await page.goto(`${baseUrl}/products/egg-cup`)
  await page.getByRole('heading', { level: 1, name: 'Egg cup' }).waitFor()
  await visitor.changeProduct('egg-cup', { active: false })
  await visitor.leave()
})

test.skipIf(!isTrusting)('a router that trusts the storefront alone refuses others', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const foreign = { query: 'query Foreign { products(first: 1) { totalCount } }' }
  const refused = await visitor.context.request.post('/graphql', { data: foreign })
  expect(refused.status()).toBe(403)
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }],
  })
  expect(await visitor.graphql(foreign.query)).toMatchObject({ products: {} })

  await page.goto('/playground')
  await expect
    .poll(
      async () => (await page.locator('.graphiql-response').textContent())?.replace(/\s+/g, ' '),
      { timeout: 20_000 },
    )
    .toMatch(/accepts only the documents in its list.*TRUSTED=off/)
  await visitor.leave()
})
