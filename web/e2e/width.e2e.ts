import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, password, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const widths = [320, 375, 768, 1280]

/** One word of 60 letters. */
const word = (beginning: string) => beginning.padEnd(60, 'abcdefghijklmnopqrstuvwxyz')

/** Looks at the page in each width; the message names what sticks out. */
async function fits(page: Page, what: string): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0)
  const found: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    const wide = await page.evaluate(tooWide)
    if (wide) found.push(`${width} px: ${wide}`)
  }
  expect(found, what).toEqual([])
}

/**
 * The page's width, and the first texts and boxes that end beyond the window; nothing if the page
 * fits.
 */
const tooWide = () => {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return ''
  const found: string[] = []
  const nodes = document.createTreeWalker(
    document.body,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
  )
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const element = node instanceof Element ? node : node.parentElement
    if (!element || element.closest('svg')) continue
    const range = document.createRange()
    range.selectNode(node)
    if (range.getBoundingClientRect().right <= clientWidth + 0.5) continue
    const text = node instanceof Element ? '' : ` “${node.textContent?.slice(0, 30)}”`
    found.push(`<${element.tagName.toLowerCase()} class="${element.className}">${text}`)
  }
  return `the page has ${scrollWidth} px: ${found.slice(-3).join('; ')}`
}

async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await fits(page, path)
}

/** Puts a product on the shelves whose every text has long words. */
async function longProduct(admin: Visitor): Promise<{ id: string; slug: string }> {
  const slug = word(`long${Date.now()}`)
  const input = {
    ...{
      idempotencyKey: crypto.randomUUID(),
      slug,
      sku: slug.slice(0, 40).toUpperCase(),
      category: 'pantry',
    },
    ...{ title: `${word('Title')} ${word('Another')}`, description: word('Description') },
    ...{ priceMinor: 123_456_78, taxBasisPoints: 1900, onHand: 100 },
  }
  const made = (await admin.graphql(
    'mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id slug } errors { __typename } } }',
    { input },
  )) as { createProduct: { product: { id: string; slug: string }; errors: unknown[] } }
  expect(made.createProduct.errors).toEqual([])
  return made.createProduct.product
}

/**
 * Registers somebody whose names and address are as long as words get, and who is logged in then.
 */
async function registerLong(page: Page): Promise<void> {
  await page.goto('/register')
  await page.getByLabel('First name').fill(word('First'))
  await page.getByLabel('Last name').fill(word('Last'))
  await page.getByLabel('Username').fill(`u${Date.now()}`.padEnd(32, 'w'))
  await page.getByLabel('E-mail').fill(`${word(`mail${Date.now()}`)}@${'d'.repeat(60)}.example`)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Register' }).click()
  await page.getByRole('link', { name: word('First') }).waitFor()
}

test('no page is wider than the window, whatever the length of its words', async () => {
  const admin = await Visitor.arrive(browser)
  await admin.registerAdmin()
  const product = await longProduct(admin)
  try {
    const visitor = await Visitor.arrive(browser)
    await asGuest(visitor, product.slug)
    await registerLong(visitor.page)
    await asCustomer(visitor, product)
    await visitor.leave()
  } finally {
    await admin.changeProduct(product.slug, { active: false }) // other tests order all that there is
    await admin.leave()
  }
})

async function asGuest(visitor: Visitor, slug: string): Promise<void> {
  const { page } = visitor
  await visitor.put(slug)
  await fits(page, 'a product just added')
  for (const path of [`/?q=${word('Title').toLowerCase()}`, `/?q=${word('nothing')}`])
    await visit(page, path)
  for (const path of [`/products/${slug}`, `/products/${word('none')}`, `/${word('nowhere')}`])
    await visit(page, path)
  for (const path of [
    '/',
    '/basket',
    '/checkout',
    '/account',
    '/account/security',
    '/orders/ord_x',
    '/orders/ord_x/invoice',
  ])
    await visit(page, path)
  for (const path of [
    '/login',
    '/register',
    '/forgot-password',
    '/reset-password#token=A',
    '/verify#token=A',
    '/login/callback',
  ])
    await visit(page, path)

  await page.goto('/')
  await page.getByLabel('Price from').fill(word('x'))
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('is not an amount').waitFor()
  await fits(page, 'a price that cannot be read')
}

async function asCustomer(
  visitor: Visitor,
  { id, slug }: { id: string; slug: string },
): Promise<void> {
  const { page } = visitor
  await page.goto('/basket')
  await page.getByRole('link', { name: 'To checkout' }).waitFor()
  const draft =
    'mutation ($id: ID!, $name: String) { createOrder(input: { name: $name, items: [{ productId: $id, quantity: 2 }] }) { errors { __typename } } }'
  expect(await visitor.graphql(draft, { id, name: word('Draft') })).toEqual({
    createOrder: { errors: [] },
  })
  await visit(page, '/basket')
  await page.getByRole('button', { name: 'Rename' }).first().click()
  await fits(page, 'a basket that is renamed')
  for (const path of [`/products/${slug}`, '/checkout', '/account/security'])
    await visit(page, path)

  await page.goto('/checkout')
  await page.getByRole('button', { name: 'Place the order' }).click()
  await page.getByRole('heading', { level: 1, name: 'Thank you!' }).waitFor()
  await page.getByRole('link', { name: /^Invoice/ }).waitFor()
  await fits(page, 'an order just placed')
  const order = new URL(page.url()).pathname
  for (const path of [order, `${order}/invoice`, '/account']) await visit(page, path)
}
