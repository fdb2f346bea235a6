import type { Browser } from 'playwright-core'
import { getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

interface InvoiceLine {
  title: string
  sku: string
  taxBasisPoints: number
}

test('a long invoice is printed on pages of which each can be read alone', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  const lines = await orderAlmostEverything(visitor)
  await page.goto('/account')
  await page.getByRole('link', { name: /^Invoice/ }).click()
  await page.getByRole('heading', { level: 1, name: /^Invoice/ }).waitFor()
  await page.getByText('@example.com').waitFor()
  await visitor.looksWell('a long invoice')

  const pages = await printed(await page.pdf({ format: 'A4', preferCSSPageSize: true }))
  const [first = ''] = pages
  const last = pages.at(-1) ?? ''
  expect(pages.length).toBeGreaterThan(1)
  for (const text of ['Invoice', 'Trefoil', 'Ada Lovelace', '@example.com'])
    expect(first).toContain(text)
  for (const text of ['Back to the order', 'Print', 'GraphQL playground', 'Log in'])
    expect(pages.join(' ')).not.toContain(text)

  // A line is whole, on one page, below the head of the table.
  const article = ({ title, sku }: InvoiceLine) => `${title} ${sku} 1 €`
  for (const line of lines)
    expect(
      pages.filter((text) => text.includes(article(line))),
      article(line),
    ).toHaveLength(1)
  for (const text of pages.filter((text) => lines.some((line) => text.includes(article(line)))))
    expect(text).toContain('Article Quantity Each Tax Amount')

  // The totals stand together, with the tax of each rate.
  const rates = [...new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints))].toSorted(
    (a, b) => b - a,
  )
  expect(rates.length).toBeGreaterThan(1)
  const amount = '€[\\d,.]+'
  const taxes = rates.map((rate) => `${rate / 100}% of ${amount} ${amount}`).join(' ')
  expect(last).toMatch(new RegExp(`Net ${amount} ${taxes} Tax ${amount} Total ${amount}$`))
  await visitor.leave()
})

/** Orders a piece of all that there is at least one of. */
async function orderAlmostEverything(visitor: Visitor): Promise<InvoiceLine[]> {
  const { products } = (await visitor.graphql(
    '{ products(first: 100, filter: { inStock: true }) { nodes { id } } }',
  )) as {
    products: { nodes: { id: string }[] }
  }
  const items = products.nodes.map(({ id }) => ({ productId: id, quantity: 1 }))
  const { createOrder } = (await visitor.graphql(
    'mutation ($items: [ItemQuantityInput!]) { createOrder(input: { items: $items }) { order { id } } }',
    { items },
  )) as {
    createOrder: { order: { id: string } }
  }
  await visitor.page.goto('/checkout')
  await visitor.page.getByRole('button', { name: 'Place the order' }).click()
  await visitor.page.getByText('Confirmed', { exact: true }).waitFor()
  const invoice =
    'query ($id: ID!) { order(id: $id) { invoice { lines { title sku taxBasisPoints } } } }'
  const { order } = (await visitor.graphql(invoice, { id: createOrder.order.id })) as {
    order: { invoice: { lines: InvoiceLine[] } }
  }
  return order.invoice.lines
}

/** The text of each page, in reading order, with single spaces. */
async function printed(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  return Promise.all(
    Array.from({ length: document.numPages }, async (_, index) => {
      const { items } = await (await document.getPage(index + 1)).getTextContent()
      const text = items
        .map((item) => ('str' in item ? `${item.str}${item.hasEOL ? ' ' : ''}` : ''))
        .join('')
      return text.replace(/\s+/g, ' ').trim()
    }),
  )
}
