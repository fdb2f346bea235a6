import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, launch, phone, slugs, Visitor, type Screen } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const dark = ({ name, options }: Screen): Screen => ({
  name: `${name}, dark`,
  options: { ...options, colorScheme: 'dark' },
})
const narrowest: Screen = { name: 'narrowest', options: { viewport: { width: 320, height: 640 } } }

for (const screen of [desktop, dark(desktop), phone, narrowest, dark(narrowest)]) {
  test(`axe finds nothing on any page: ${screen.name}`, async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const check = async (path: string, heading: string | RegExp, what = path) => {
      await page.goto(path)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await visitor.looksWell(what)
    }
    const [first = '', second = ''] = await slugs(visitor, 2)
    await check('/', 'Good things, plainly made')
    await check('/?q=zzzz', 'Good things, plainly made')
    await check(`/products/${first}`, /./, 'a product')
    await check('/products/no-such-thing', 'No such product')
    await check('/nowhere', 'Page not found')
    await check('/basket', 'Basket', 'an empty basket')
    await visitor.put(first)
    await check('/basket', 'Basket', 'the basket of a guest')
    await check('/login', 'Log in')
    await check('/register', 'Register')
    await check('/account', 'Account', 'the account of a guest')

    await visitor.register()
    await visitor.put(second)
    await visitor.looksWell('a product just added')
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
