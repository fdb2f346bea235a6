import type { Browser, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idOf, launch, password, screens, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

describe.each(screens)('$name', (screen) => {
  test('the catalogue is searched, filtered, sorted and turned over', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const cards = page.getByRole('main').locator('li h3')
    await page.goto('/')
    await cards.first().waitFor()
    const titles = await cards.allTextContents()
    const pages = page.getByRole('navigation', { name: 'Pages' })
    await pages.getByRole('link', { name: 'Next' }).click()
    await expect.poll(() => page.url()).toContain('page=2')
    await expect
      .poll(async () => (await cards.allTextContents()).some((title) => titles.includes(title)))
      .toBe(false)
    expect(await pages.getByRole('link', { name: 'Page 2' }).getAttribute('aria-current')).toBe(
      'page',
    )
    await page.reload()
    await cards.first().waitFor()
    await page.goBack()
    await expect.poll(() => cards.allTextContents()).toEqual(titles)

    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('PRICE_ASC')
    await expect.poll(() => page.url()).toContain('sort=PRICE_ASC')
    await expect
      .poll(async () =>
        ascending(await page.locator('main li h3 + p > span:first-child').allTextContents()),
      )
      .toBe(true)

    const aisle = page.getByRole('navigation', { name: 'Categories' }).getByRole('link').nth(1)
    await aisle.click()
    await expect.poll(() => page.url()).toContain('category=')
    await page
      .getByRole('heading', {
        level: 1,
        name: (await aisle.textContent())?.replace(/\d.*/, '').trim(),
      })
      .waitFor()

    await page.goto('/?page=2')
    const price = page.getByRole('group', { name: 'Price' })
    await price.getByLabel('Price from').fill('20')
    await price.getByLabel('Price to').fill('29.90')
    await price.getByRole('button', { name: 'Apply' }).click()
    await expect.poll(() => page.url()).toMatch(/\?from=2000&to=2990$/)
    const filtered = { filter: { priceFrom: 2000, priceTo: 2990, inStock: true } }
    const count = 'query ($filter: ProductFilter) { products(filter: $filter) { totalCount } }'
    await page.getByRole('checkbox', { name: 'In stock' }).check()
    const { products } = (await visitor.graphql(count, filtered)) as {
      products: { totalCount: number }
    }
    expect(products.totalCount).toBeGreaterThan(1)
    await page.getByText(`${products.totalCount} products`, { exact: true }).waitFor()
    await expect.poll(() => cards.count()).toBe(products.totalCount)
    await visitor.looksWell('the filtered catalogue')
    await page.getByRole('link', { name: 'Clear filters' }).click()
    await expect.poll(() => cards.allTextContents()).toEqual(titles)

    await page.goto('/')
    await page.getByRole('searchbox').fill('zzz no such thing')
    await page.getByText('Nothing found').waitFor()
    await page.getByRole('searchbox').fill(titles[0] ?? '')
    await page.getByRole('link', { name: titles[0] ?? '', exact: true }).waitFor()
    await visitor.leave()
  })

  test('from registration to the invoice', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const [first = '', second = '', third = ''] = await slugs(visitor, 3)

    // As a guest: the basket waits in the browser.
    await visitor.put(first)
    await page.getByRole('link', { name: 'See the basket' }).click()
    await page.getByText('1 piece', { exact: true }).first().waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Register' }).click()

    // Registered, logged in, and the basket has come along.
    const name = `grace${Date.now()}`
    await page.getByLabel('First name').fill('Grace')
    await page.getByLabel('Last name').fill('Hopper')
    await page.getByLabel('Username').fill(name)
    await page.getByLabel('E-mail').fill(`${name}@example.com`)
    await page.getByLabel('Password').fill('short')
    await page.getByRole('main').getByRole('button', { name: 'Register' }).click()
    await expect.poll(() => page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true')
    await visitor.looksWell('a registration with too short a password')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('main').getByRole('button', { name: 'Register' }).click()
    await page.waitForURL('**/basket')
    await page.getByRole('link', { name: 'Grace Hopper' }).waitFor()
    await page.getByRole('link', { name: 'To checkout' }).waitFor()

    // One more of it, and something else; the total is the server's.
    await page.getByRole('button', { name: 'One more' }).click()
    await expect.poll(() => page.locator('[data-badge]').textContent()).toBe('2')
    await expect
      .poll(() => visitor.graphql('{ basket { totalQuantity } }'))
      .toEqual({ basket: { totalQuantity: 2 } })
    await visitor.looksWell('a basket that came along')

    // Two of something else at once, and a third thing that is not wanted after all.
    await page.goto(`/products/${second}`)
    await page.getByRole('button', { name: 'One more' }).click()
    await page.getByRole('button', { name: 'Add to basket' }).click()
    await page.getByText('2 pieces added').waitFor()
    await visitor.put(third)
    await expect.poll(() => page.locator('[data-badge]').textContent()).toBe('5')
    await page.getByRole('link', { name: 'See the basket' }).click()
    const lines = page
      .getByRole('main')
      .locator('li', { has: page.getByRole('button', { name: 'One less' }) })
    await expect.poll(() => lines.count()).toBe(3)
    await lines.last().getByRole('button', { name: 'Remove' }).click()
    await expect.poll(() => lines.count()).toBe(2)
    await expect.poll(() => page.locator('[data-badge]').textContent()).toBe('4')
    await lines.last().getByRole('button', { name: 'One less' }).click()
    await expect
      .poll(() => visitor.graphql('{ basket { totalQuantity } }'))
      .toEqual({ basket: { totalQuantity: 3 } })
    await page.getByRole('link', { name: 'To checkout' }).click()
    const region = page.getByRole('region', { name: 'Total' })
    await region.getByText('€').waitFor()
    const total = await region.locator('p').first().textContent()
    await visitor.looksWell('the checkout')

    await page.getByRole('button', { name: 'Place the order' }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
    await page.getByText('Confirmed', { exact: true }).waitFor()
    expect(await page.locator('[data-badge]').count()).toBe(0)
    expect(await page.getByRole('complementary').locator('p').first().textContent()).toBe(total)

    await visitor.looksWell('an order just placed')

    await page.getByRole('link', { name: /^Invoice/ }).click()
    await page.getByRole('heading', { level: 1, name: /^Invoice \d{4}-\d+/ }).waitFor()
    expect(await page.locator('dl').last().locator('dd').last().textContent()).toBe(
      total?.replace('Total', ''),
    )
    expect(await page.getByRole('article').textContent()).toContain('Grace Hopper')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('banner').isVisible()).toBe(false)
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false)
    await page.emulateMedia({ media: 'screen' })
    await visitor.looksWell('an invoice')

    await page.goto('/account')
    await page.getByRole('link', { name: /^Invoice/ }).waitFor()
    expect(await page.getByRole('main').textContent()).toContain(`${name}@example.com`)

    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    expect(
      await page.evaluate(() =>
        Object.keys(localStorage).filter((key) => key.startsWith('trefoil')),
      ),
    ).toEqual([])
    await page.goto('/account')
    await page.getByText('Please log in to see this page.').waitFor()

    // And in again, by e-mail, to where it was.
    await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
    await page.getByLabel('Username or e-mail').fill(`${name}@example.com`)
    await page.getByLabel('Password').fill('wrong but long enough')
    await page.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click()
    await page.getByText('Unknown user or wrong password.').waitFor()
    await visitor.looksWell('a wrong password')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click()
    await page.waitForURL('**/account')
    expect(visitor.complaints).toEqual([])
    await visitor.leave()
  })

  test('a basket that changed meanwhile is shown again before it is ordered', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    await visitor.register()
    const [slug = ''] = await slugs(visitor, 1)
    await visitor.put(slug)
    await page.goto('/checkout')
    const place = page.getByRole('button', { name: 'Place the order' })
    await expect.poll(() => place.isEnabled()).toBe(true)

    await visitor.graphql(
      'mutation($c: [ItemChangeInput!]!) { changeOrderItems(input: { changes: $c }) { order { id } } }',
      {
        c: [{ action: 'ADD', productId: await idOf(visitor, slug), quantity: 1 }],
      },
    )
    await place.click()
    await page.getByText('The basket has changed in the meantime.').waitFor()
    await page.getByText('2 ×').waitFor()
    await visitor.looksWell('a checkout of a basket that has changed')
    await place.click()
    await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
    await visitor.leave()
  })

  test('tabs agree on who is logged in and what is in the basket', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page, context } = visitor
    await visitor.register()
    const other = await context.newPage()
    await other.goto('/')
    await other.getByRole('link', { name: 'Ada Lovelace' }).waitFor()

    const [slug = ''] = await slugs(visitor, 1)
    await visitor.put(slug)
    await expect.poll(() => other.locator('[data-badge]').textContent()).toBe('1')

    await page.goto('/account')
    await page.getByRole('button', { name: 'Log out' }).click()
    await other.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    await visitor.leave()
  })

  test('what was added is there once, though the answer was lost', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const [slug = ''] = await slugs(visitor, 1)
    const changes = (request: Request) => request.postData()?.includes('ChangeBasket') ?? false
    let losing = false
    await page.route('**/graphql', async (route) => {
      if (!losing || !changes(route.request())) return route.fallback()
      losing = false
      await route.fetch() // the basket is changed
      await route.abort()
    })
    /** Changes the basket, loses the answer, and waits for the answer to the retry. */
    const losingTheAnswer = async (act: () => Promise<unknown>) => {
      losing = true
      const again = page.waitForResponse((response) => changes(response.request()))
      await act()
      await again
    }
    const settles = async (pieces: number) => {
      await expect
        .poll(
          () =>
            page.evaluate(
              () => Object.keys(localStorage).find((key) => key.endsWith('/basket')) ?? null,
            ),
          { timeout: 40_000 },
        )
        .toBeNull()
      expect(await visitor.graphql('{ basket { totalQuantity } }')).toEqual({
        basket: { totalQuantity: pieces },
      })
      await expect.poll(() => page.locator('[data-badge]').textContent()).toBe(String(pieces))
    }

    // Of a guest, whose basket is merged after the log-in.
    await visitor.put(slug)
    await losingTheAnswer(() => visitor.register())
    await settles(1)

    // Of a click.
    await page.goto(`/products/${slug}`)
    await losingTheAnswer(() => page.getByRole('button', { name: 'Add to basket' }).click())
    await settles(2)
    await visitor.leave()
  })

  test('an expired access token is renewed without the visitor noticing', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page, context } = visitor
    await visitor.register()
    await context.clearCookies({ name: 'trefoil_access' })
    await page.goto('/account')
    await page.getByText('No orders yet.').waitFor()
    expect((await context.cookies()).map(({ name }) => name)).toContain('trefoil_access')
    await visitor.leave()
  })
})

function ascending(prices: string[]): boolean {
  const amounts = prices.map((price) => Number(price.replace(/[^\d.]/g, '')))
  return (
    amounts.length > 1 &&
    amounts.every((amount, index) => index === 0 || amount >= (amounts[index - 1] ?? 0))
  )
}
