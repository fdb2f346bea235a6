import type { Browser, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const failures: [string, (route: Route) => Promise<void>][] = [
  ['nothing', (route) => route.abort()],
  [
    '503',
    (route) =>
      route.fulfill({
        status: 503,
        contentType: 'text/html',
        body: '<h1>Service Unavailable</h1>',
      }),
  ],
  [
    '502',
    (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
  ],
  [
    '504',
    (route) =>
      route.fulfill({ status: 504, contentType: 'text/html', body: '<h1>Gateway Timeout</h1>' }),
  ],
]

test.each(failures)(
  'every page opens, with a notice, when all requests get: %s',
  async (_, fail) => {
    const visitor = await Visitor.arrive(browser)
    const { page } = visitor
    const [slug = ''] = await slugs(visitor, 1)
    await page.goto('/', { waitUntil: 'networkidle' }) // all pages are fetched ahead
    await page.route('**/*', fail)
    await page.getByRole('link', { name: /^Basket/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Basket' }).waitFor()
    await page.getByRole('link', { name: 'Log in' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Register' }).click()
    await page.getByRole('heading', { level: 1, name: 'Register' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor()
    await page.getByRole('banner').getByRole('link', { name: 'Trefoil' }).click()
    await page.locator(`main a[href="/products/${slug}"]`).first().click()
    await page.locator('main [data-notice=router]').first().waitFor()
    await expect
      .poll(() => page.locator('[data-banner]').textContent())
      .toContain('The shop is unavailable')

    await page.unroute('**/*')
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).first().click()
    await page.getByRole('button', { name: 'Add to basket' }).waitFor()
    await visitor.leave()
  },
)

test.each(failures)(
  'a page whose code gets "%s" shows the shell, and comes by a click',
  async (_, fail) => {
    const visitor = await Visitor.arrive(browser)
    const { page } = visitor
    const code = '**/assets/BasketPage-*.js'
    await page.route(code, fail)
    await page.route('**/basket', fail)
    await page.goto('/', { waitUntil: 'networkidle' })
    await page.getByRole('link', { name: /^Basket/ }).click()
    await page.getByText('This page cannot be loaded right now.').waitFor()
    expect(new URL(page.url()).pathname).toBe('/basket')
    await page.getByRole('banner').getByRole('link', { name: 'Trefoil' }).waitFor()
    await visitor.looksWell('a page that does not come')

    await page.unroute(code)
    await page.unroute('**/basket')
    await page.getByRole('main').getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Basket' }).waitFor()
    await visitor.leave()
  },
)

test.each(failures)('the playground is awaited in the shell when it gets: %s', async (_, fail) => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const address = '**/playground'
  await page.goto('/', { waitUntil: 'networkidle' })
  await page.route(address, fail)
  await page.getByRole('link', { name: 'GraphQL playground' }).click()
  await page.getByText('This page cannot be loaded right now.').waitFor()
  await page.getByRole('banner').getByRole('link', { name: 'Trefoil' }).waitFor()
  await visitor.looksWell('a playground that does not come')
  await page.unroute(address)
  await page.getByRole('main').getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('tab').first().waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'GraphQL playground' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  await visitor.leave()
})
