import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launch, slugs, start, stop, Visitor, type Service } from './shop'

let browser: Browser
let visitor: Visitor
let slug: string
let order: string
const stopped = new Set<Service>()

beforeAll(async () => {
  browser = await launch()
  visitor = await Visitor.arrive(browser)
  const [ordered = '', held = ''] = await slugs(visitor, 2)
  slug = held
  await visitor.register()
  await visitor.put(ordered)
  await visitor.page.goto('/checkout')
  await visitor.page.getByRole('button', { name: 'Place the order' }).click()
  await visitor.page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  order = new URL(visitor.page.url()).pathname
  await visitor.put(slug)
})
afterEach(() => up(...stopped))
afterAll(async () => {
  await visitor.leave()
  await browser.close()
})

const down = (...services: Service[]) =>
  services.forEach((service) => (stop(service), stopped.add(service)))
const up = (...services: Service[]) =>
  services.forEach((service) => (start(service), stopped.delete(service)))

/** Opens a page, checks its notices and accessibility, and returns its main part. */
async function open(path: string, notices: number) {
  const { page } = visitor
  // Every region has its answer then: one that fails later than another would be missed.
  await page.goto(path, { waitUntil: 'networkidle' })
  const main = page.getByRole('main')
  await expect
    .poll(() => main.locator('[data-notice]').allTextContents(), {
      message: `notices on ${path}`,
      timeout: 10_000,
    })
    .toHaveLength(notices)
  await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 10_000 }).toBe(0)
  for (const notice of await main.locator('[data-notice]').all()) {
    expect(await notice.getAttribute('role')).toBe('status')
    expect(await notice.getByRole('button', { name: 'Try again' }).count()).toBe(1)
  }
  // The shell is there on every page.
  await page.getByRole('banner').getByRole('link', { name: 'Trefoil' }).waitFor()
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  const missing = stopped.size > 0 ? `without ${[...stopped].join(', ')}` : 'when all is back'
  await visitor.looksWell(`${path === `/products/${slug}` ? 'a product' : path} ${missing}`)
  return main
}

test('product is down: baskets, orders and accounts work, without pictures', async () => {
  const { page } = visitor
  down('product')
  const home = await open('/', 1)
  await home.getByText('The catalogue is unavailable right now').waitFor()
  expect(await page.getByRole('searchbox').isDisabled()).toBe(true)
  await open(`/products/${slug}`, 1)

  const basket = await open('/basket', 1)
  await basket.getByText('stock is not checked').waitFor()
  await basket.getByRole('button', { name: 'One more' }).click()
  await expect.poll(() => page.locator('[data-badge]').textContent()).toBe('2')
  await expect
    .poll(() => visitor.graphql('{ basket { totalQuantity } }'))
    .toEqual({ basket: { totalQuantity: 2 } })

  const account = await open('/account', 1)
  await account.getByText('Your orders are complete.').waitFor()
  await account.getByRole('link', { name: /^Invoice/ }).waitFor()
  await open(order, 1)
  await open(`${order}/invoice`, 0)

  const checkout = await open('/checkout', 0)
  expect(await checkout.getByRole('button', { name: 'Place the order' }).isEnabled()).toBe(true)

  // Back by itself, without a reload.
  await open('/', 1)
  up('product')
  await home.locator('li h3').first().waitFor({ timeout: 40_000 })
  expect(await home.locator('[data-notice]').count()).toBe(0)
})

test('order is down: all products show, and what is added waits', async () => {
  const { page } = visitor
  await page.goto('/basket')
  await page.getByRole('link', { name: 'To checkout' }).waitFor()
  const held = Number(await page.locator('[data-badge]').textContent())

  down('order')
  const home = await open('/', 0)
  await home.locator('li h3').first().waitFor()
  const link = page.getByRole('link', { name: /^Basket/ })
  await expect.poll(() => link.getAttribute('title')).toBe('The basket is unavailable')
  expect(await page.locator('[data-badge]').textContent()).toBe(String(held))

  const basket = await open('/basket', 1)
  await basket.getByText('This is how it was at').waitFor()
  expect(await basket.getByRole('button', { name: 'One more' }).count()).toBe(0)

  const checkout = await open('/checkout', 1)
  expect(await checkout.getByRole('button', { name: 'Place the order' }).isDisabled()).toBe(true)

  const account = await open('/account', 1)
  await account.getByText('None of them is lost.').waitFor()
  await account.getByText('@example.com').waitFor()
  await open(order, 1)

  await open(`/products/${slug}`, 0)
  await page.getByRole('button', { name: 'Add to basket' }).click()
  await page.getByText('will be added when it is back').waitFor()
  await visitor.looksWell('a product that waits')
  up('order')
  await expect
    .poll(() => visitor.graphql('{ basket { totalQuantity } }'), { timeout: 40_000 })
    .toEqual({ basket: { totalQuantity: held + 1 } })
  await expect.poll(() => page.locator('[data-badge]').textContent()).toBe(String(held + 1))
})

test('user is down: shopping goes on with the session there is', async () => {
  down('user')
  const home = await open('/', 0)
  await home.locator('li h3').first().waitFor()
  await open(`/products/${slug}`, 0)
  const basket = await open('/basket', 0)
  await basket.getByRole('link', { name: 'To checkout' }).waitFor()
  const account = await open('/account', 1)
  await account.getByText('your profile is not shown').waitFor()
  await account.getByRole('link', { name: /^Invoice/ }).waitFor()
  await account.getByRole('button', { name: 'Log out' }).click()
  await account.getByText('We do not know whether you are logged out').waitFor()
  await open(`${order}/invoice`, 1)

  const checkout = await open('/checkout', 1)
  await checkout.getByRole('button', { name: 'Place the order' }).click()
  await checkout.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()

  const guest = await Visitor.arrive(browser)
  await guest.page.goto('/login')
  await guest.page.getByLabel('Username or e-mail').fill('ada')
  await guest.page.getByLabel('Password').fill('whatever it may be')
  await guest.page.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click()
  await guest.page.getByText('Accounts are unavailable right now.').waitFor()
  await guest.looksWell('log-in without user')
  await guest.leave()
})

test('all three are down: the shell, the last basket, and words', async () => {
  const { page } = visitor
  await visitor.put(slug)
  down('product', 'order', 'user')
  const banner = page.locator('[data-banner]')
  await open('/', 1)
  await expect.poll(() => banner.textContent()).toContain('The catalogue and your orders')
  await open(`/products/${slug}`, 1)
  await open('/basket', 1)
  await open('/checkout', 2)
  await open('/account', 2)
  await expect.poll(() => banner.textContent()).toContain('Your account and your orders')
  await open(order, 1)

  up('product', 'order', 'user')
  await open('/account', 0)
  await expect.poll(() => banner.textContent()).toBe('')
})
