import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { losing, lost, type Loss } from './losing'
import { launch, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const held = '{ basket { items { quantity } } drafts { name } orders { totalCount } }'

/** The page shows a basket with two lines of one piece each, and nothing waits in the browser. */
async function showsTwoPieces(visitor: Visitor): Promise<void> {
  const { page } = visitor
  const badge = page.locator('[data-badge]')
  await expect.poll(() => badge.textContent(), { timeout: 20_000 }).toBe('2')
  await page.getByRole('link', { name: /^Basket/ }).click()
  await expect
    .poll(() => page.getByRole('button', { name: 'One more' }).count(), { timeout: 20_000 })
    .toBe(2)
  await expect
    .poll(() => page.getByText('Waiting to be added').count(), { timeout: 20_000 })
    .toBe(0)
  expect(await badge.textContent()).toBe('2')
  expect(await visitor.graphql(held)).toEqual({
    basket: { items: [{ quantity: 1 }, { quantity: 1 }] },
    drafts: [{ name: null }],
    orders: { totalCount: 0 },
  })
}

/** Somebody with one piece in the basket, and the slug of another product. */
async function withOnePiece() {
  const visitor = await Visitor.arrive(browser)
  const [first = '', second = ''] = await slugs(visitor, 2)
  const name = await visitor.register()
  await visitor.put(first)
  return { visitor, page: visitor.page, name, second }
}

test.each(lost)('a piece is added once though two requests got no more than: %s', async (loss) => {
  const { visitor, page, second } = await withOnePiece()
  await page.goto(`/products/${second}`)
  const { done } = await losing(page, 'mutation ChangeBasket', loss, {
    times: loss === 'reload' ? 1 : 2,
  })
  await page.getByRole('button', { name: 'Add to basket' }).click()
  await done
  await showsTwoPieces(visitor)
  await page.reload()
  await showsTwoPieces(visitor)
  await visitor.leave()
})

test('a piece whose answer was lost is added once after a reload', async () => {
  const { visitor, page, second } = await withOnePiece()
  await page.goto(`/products/${second}`)
  const { done } = await losing(page, 'mutation ChangeBasket', 'answer', { times: 2 })
  await page.getByRole('button', { name: 'Add to basket' }).click()
  await done
  await page.reload()
  await showsTwoPieces(visitor)
  await visitor.leave()
})

test.each(lost)('a quantity is shown though setting it got no more than: %s', async (loss) => {
  const { visitor, page } = await withOnePiece()
  await page.goto('/basket')
  const { done } = await losing(page, 'mutation ChangeBasket', loss)
  await page.getByRole('button', { name: 'One more' }).click()
  await done
  await expect.poll(() => page.getByRole('main').locator('output').textContent()).toBe('2')
  await expect.poll(() => page.locator('[data-badge]').textContent()).toBe('2')
  expect(await visitor.graphql('{ basket { totalQuantity } }')).toEqual({
    basket: { totalQuantity: 2 },
  })
  await visitor.leave()
})

test.each(lost)("a guest's piece comes along once though two requests got: %s", async (loss) => {
  const { visitor, page, name, second } = await withOnePiece()
  await page.goto('/account')
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
  await visitor.put(second)
  const { done } = await losing(page, 'mutation ChangeBasket', loss, { times: 2 })
  await visitor.login(name)
  await done
  await showsTwoPieces(visitor)
  await page.reload()
  await showsTwoPieces(visitor)
  await visitor.leave()
})

const nameField = (page: Page) => page.getByLabel('Name of a new basket')
const start = (page: Page) => page.getByRole('button', { name: 'Create' })
const unknown = (page: Page) =>
  page.getByText('We do not know whether the basket “garden” was created')

/** Somebody who has started a basket and got no answer. */
async function started(loss: Loss) {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  await page.goto('/basket')
  const { done } = await losing(page, 'mutation BeginDraft', loss)
  await nameField(page).fill('garden')
  await start(page).click()
  await done
  await unknown(page).waitFor()
  return { visitor, page }
}

/** The page shows one basket with the name, and the shop has no other. */
async function showsOneGarden(visitor: Visitor): Promise<void> {
  const { page } = visitor
  await expect.poll(() => unknown(page).count()).toBe(0)
  await expect.poll(() => nameField(page).inputValue()).toBe('')
  await expect.poll(() => page.getByRole('heading', { level: 3, name: 'garden' }).count()).toBe(1)
  expect(await visitor.graphql('{ drafts { name } }')).toEqual({ drafts: [{ name: 'garden' }] })
}

test.each(lost)('a basket is started once by two clicks though the first got: %s', async (loss) => {
  const { visitor, page } = await started(loss)
  expect(await nameField(page).inputValue()).toBe('garden')
  await visitor.looksWell('a basket that may be started')
  await start(page).click()
  await showsOneGarden(visitor)
  await page.reload()
  await showsOneGarden(visitor)
  await visitor.leave()
})

test('a basket is started once by a click before a reload and one after it', async () => {
  const { visitor, page } = await started('answer')
  await page.reload()
  await unknown(page).waitFor()
  expect(await nameField(page).inputValue()).toBe('garden')
  await start(page).click()
  await showsOneGarden(visitor)
  await visitor.leave()
})

test('a basket is started once though the baskets could not be shown meanwhile', async () => {
  const silent = new Set<string>()
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  const [slug = ''] = await slugs(visitor, 1)
  await visitor.put(slug)
  await page.goto('/basket')
  await losing(page, 'mutation BeginDraft', 'answer', { silent })
  await nameField(page).fill('garden')
  for (const name of ['query Basket', 'query Drafts']) silent.add(name)
  await start(page).click()
  await page.getByText('This is how it was at').waitFor()
  await unknown(page).waitFor()
  expect(await nameField(page).inputValue()).toBe('garden')
  silent.clear() // The page asks again by itself.
  await page.getByText('This is how it was at').waitFor({ state: 'detached' })
  await unknown(page).waitFor()
  await start(page).click()
  await expect.poll(() => nameField(page).inputValue()).toBe('')
  expect(await visitor.graphql('{ drafts { name } }')).toEqual({
    drafts: [{ name: 'garden' }, { name: null }],
  })
  await visitor.leave()
})

test('a double click starts one basket', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  await page.goto('/basket')
  await nameField(page).fill('garden')
  await start(page).dblclick()
  await showsOneGarden(visitor)
  await visitor.leave()
})
