import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, slugs, Visitor, type Screen } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test('prices that cannot be read say so, a search of signs finds nothing, and a double click counts two', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await page.goto('/?q=%25%25')
  await page.getByText('a search needs a letter or a digit').waitFor()
  await page.goto('/?q=🍵')
  await page.getByRole('status').getByText('0 products for “🍵”').waitFor()

  await page.goto('/')
  const from = page.getByLabel('Price from')
  await from.fill('cheap')
  await page.getByLabel('Price to').fill('1.000')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('alert').getByText('“cheap” is not an amount').waitFor()
  expect(await from.getAttribute('aria-invalid')).toBe('true')
  expect(await from.inputValue()).toBe('cheap')
  await from.fill('€20')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.waitForURL(/\?from=2000&to=100000$/)

  const double = async (pieces: number) => {
    await page.getByRole('main').locator('li h3 a').first().click()
    await page.getByRole('button', { name: 'Add to basket' }).dblclick()
    await page.getByText('2 pieces added').waitFor()
    await expect.poll(() => page.locator('[data-badge]').textContent()).toBe(String(pieces))
  }
  await double(2)
  await visitor.register()
  await page.goto('/')
  await double(4)
  await visitor.leave()
})

/** Two zones that are 25 hours apart: it is never the same day in both. */
const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago']
const screenIn = (timezoneId: string): Screen => ({ name: timezoneId, options: { timezoneId } })

test('an invoice has one date, wherever it is read', async () => {
  const buyer = await Visitor.arrive(browser)
  const name = await buyer.register()
  const [slug = ''] = await slugs(buyer, 1)
  await buyer.put(slug)
  await buyer.page.goto('/checkout')
  await buyer.page.getByRole('button', { name: 'Place the order' }).click()
  await buyer.page.getByRole('link', { name: /^Invoice/ }).waitFor()
  const order = new URL(buyer.page.url()).pathname
  await buyer.leave()

  const dates: string[] = []
  const placed: string[] = []
  for (const zone of zones) {
    const reader = await Visitor.arrive(browser, screenIn(zone))
    await reader.login(name)
    await reader.page.goto(order)
    placed.push((await reader.page.getByText(/^placed on/).textContent()) ?? '')
    await reader.page.goto(`${order}/invoice`)
    dates.push(
      (await reader.page
        .getByRole('article')
        .locator('dt', { hasText: 'Date' })
        .locator('+ dd')
        .textContent()) ?? '',
    )
    await reader.leave()
  }
  expect(new Set(dates).size, dates.join(' and ')).toBe(1)
  expect(dates[0]).toMatch(/^\d+ \w+ \d{4} UTC$/)
  expect(new Set(placed).size, placed.join(' and ')).toBe(2)
})
