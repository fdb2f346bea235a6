import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const looks = [
  { name: 'desktop, light', options: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } },
  { name: 'desktop, dark', options: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' } },
  { name: 'narrowest, light', options: { viewport: { width: 320, height: 640 }, colorScheme: 'light' } },
  { name: 'narrowest, dark', options: { viewport: { width: 320, height: 640 }, colorScheme: 'dark' } },
] as const

for (const { name, options } of looks) {
  test(`axe finds nothing on any page: ${name}`, async () => {
    const visitor = await Visitor.arrive(browser, options)
    const { page } = visitor
    const check = async (path: string, heading: string | RegExp) => {
      await page.goto(path)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
      await visitor.accessible(`${path}, ${name}`)
      await visitor.fits(`${path}, ${name}`)
    }
    const [first = '', second = ''] = await slugs(visitor, 2)
    await check('/', 'Good things, plainly made')
    await check('/?q=zzzz', 'Good things, plainly made')
    await check(`/products/${first}`, /./)
    await check('/products/no-such-thing', 'No such product')
    await check('/nowhere', 'Nothing grows here')
    await check('/basket', 'Basket')
    await visitor.put(first)
    await check('/basket', 'Basket')
    await check('/login', 'Log in')
    await check('/register', 'Register')
    await check('/account', 'Account')

    await visitor.register()
    await visitor.put(second)
    await visitor.accessible(`a product just added, ${name}`)
    await check('/basket', 'Basket')
    await check('/checkout', 'Checkout')
    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
    const order = new URL(page.url()).pathname
    await check(order, /^Order/)
    await check(`${order}/invoice`, /^Invoice/)
    await check('/account', 'Ada Lovelace')
    await visitor.leave()
  })
}

test('everything can be done from the keyboard, and the focus is seen', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await page.goto('/')
  await page.getByRole('main').locator('li h3').first().waitFor()
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true)
  expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)

  const product = page.getByRole('main').locator('li h3 a').first()
  await product.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Add to basket' }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await page.getByRole('button', { name: 'Add to basket' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('1 piece added').waitFor()
  await visitor.leave()
})
