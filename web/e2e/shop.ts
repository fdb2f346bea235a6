import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { execFileSync, execSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'
import { expect, inject } from 'vitest'

export type Service = 'product' | 'order' | 'user' | 'nats'

const shop = inject('shop')
export const { baseUrl, freeTextUrl, isTrusting } = shop

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** What somebody looks at the shop with. */
export interface Screen {
  name: string
  options: BrowserContextOptions
}

export const phone: Screen = {
  name: 'phone',
  options: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
}
export const desktop: Screen = {
  name: 'desktop',
  options: { viewport: { width: 1280, height: 800 } },
}
export const screens = [phone, desktop]

const pictures =
  process.env['SCREENSHOTS'] || fileURLToPath(new URL('screenshots', import.meta.url))

/** The browser of one person. It records requests to other hosts, and errors. */
export class Visitor {
  /**
   * Requests to hosts other than the shop and the provider, and refusals of the security policy.
   */
  readonly strayed: string[] = []
  readonly complaints: string[] = []

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly screen: Screen,
  ) {}

  static async arrive(browser: Browser, screen: Screen = desktop): Promise<Visitor> {
    const context = await browser.newContext({
      baseURL: baseUrl,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...screen.options,
    })
    await context.addInitScript({ content: axe })
    const visitor = new Visitor(context, await context.newPage(), screen)
    const known = [baseUrl, freeTextUrl, shop.provider]
      .filter(Boolean)
      .map((url) => new URL(url).origin)
    context.on('request', (request) => {
      const url = new URL(request.url())
      if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && !known.includes(url.origin))
        visitor.strayed.push(url.href)
    })
    context.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) visitor.strayed.push(message.text())
      else if (message.type() === 'error') visitor.complaints.push(message.text())
    })
    context.on('weberror', (error) => visitor.complaints.push(error.error().message))
    return visitor
  }

  /** Registers somebody new, who is logged in then. */
  async register(name = `ada${Date.now()}${Math.floor(Math.random() * 1000)}`): Promise<string> {
    const { page } = this
    await page.goto('/register')
    await page.getByLabel('First name').fill('Ada')
    await page.getByLabel('Last name').fill('Lovelace')
    await page.getByLabel('Username').fill(name)
    await page.getByLabel('E-mail').fill(`${name}@example.com`)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('main').getByRole('button', { name: 'Register' }).click()
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    return name
  }

  /** Logs in by the form. */
  async login(name: string, secret = password): Promise<void> {
    const { page } = this
    await page.goto('/login')
    await page.getByLabel('Username or e-mail').fill(name)
    await page.getByLabel('Password').fill(secret)
    await page.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click()
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  }

  /** Registers somebody new, who is an admin and logged in then. */
  async registerAdmin(): Promise<string> {
    const name = await this.register()
    makeAdmin(name)
    await this.context.clearCookies() // the session of the customer has ended
    await this.login(name)
    return name
  }

  /** Puts one piece of a product into the basket. */
  async put(slug: string): Promise<void> {
    await this.page.goto(`/products/${slug}`)
    await this.page.getByRole('button', { name: 'Add to basket' }).click()
    await this.page.getByText('1 piece added').waitFor()
  }

  /** Changes the basket behind the page's back, as another device would. */
  async graphql(query: string, variables: object = {}): Promise<unknown> {
    const answer = await this.context.request.post(`${freeTextUrl}/graphql`, {
      data: { query, variables },
    })
    return ((await answer.json()) as { data: unknown }).data
  }

  /** Changes a product as staff would; only an admin may. */
  async changeProduct(
    slug: string,
    change: { priceMinor?: number; active?: boolean },
  ): Promise<void> {
    const { product } = (await this.graphql(
      'query ($slug: String) { product(slug: $slug) { id version } }',
      { slug },
    )) as {
      product: { id: string; version: number }
    }
    const input = { id: product.id, expectedVersion: product.version, ...change }
    const done = await this.graphql(
      'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { errors { __typename } } }',
      { input },
    )
    expect(done, `change of ${slug}`).toEqual({ updateProduct: { errors: [] } })
  }

  /**
   * Waits until nothing is loading, and checks accessibility and width. For `screens` it takes a
   * screenshot.
   */
  async looksWell(what: string): Promise<void> {
    const { page, screen } = this
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    expect(await this.#barriers(), `axe on ${what}, ${screen.name}`).toEqual([])
    expect(
      await page.evaluate(overflow),
      `how much ${what} is too wide, ${screen.name}`,
    ).toBeLessThanOrEqual(0)
    if (!screens.includes(screen)) return
    await page.evaluate(prepareForPicture)
    await page.screenshot({
      path: join(pictures, screen.name, `${fileName(what)}.png`),
      fullPage: true,
    })
  }

  /** What axe finds. */
  #barriers(): Promise<string[]> {
    return this.page.evaluate(async (tags) => {
      interface Results {
        violations: {
          id: string
          impact: string
          nodes: { target: string[]; failureSummary: string }[]
        }[]
      }
      const { axe } = globalThis as unknown as {
        axe: { run: (context: Document, options: object) => Promise<Results> }
      }
      const { violations } = await axe.run(document, { runOnly: tags })
      return violations.map(
        ({ id, impact, nodes }) =>
          `${impact} ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
      )
    }, rules)
  }

  /** Closes the browser, and checks that it sent no request to another host. */
  async leave(): Promise<void> {
    await this.context.close()
    expect(this.strayed).toEqual([])
  }
}

/** By how much the page has to be scrolled sideways. */
const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth

/** Goes to the top, where the header belongs, and loads what else waits until it is scrolled to. */
const prepareForPicture = () => {
  scrollTo(0, 0)
  const load = (image: HTMLImageElement) => {
    image.loading = 'eager'
    return image.decode()
  }
  return Promise.allSettled([...document.images].map(load)).then(() => undefined)
}

/** Orders have other ids every time; their pictures have the same names. */
const fileName = (what: string) =>
  what
    .toLowerCase()
    .replace(/^\/(?= |$)/, 'home')
    .replace(/ord_[a-z0-9]+/g, 'order')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

export const password = 'plain as three leaves'

/** The slug of a product that can be ordered, one for each number. */
export async function slugs(visitor: Visitor, count: number): Promise<string[]> {
  const data = (await visitor.graphql(
    'query($n: Int!) { products(first: $n, sort: PRICE_ASC, filter: { inStock: true }) { nodes { slug } } }',
    { n: count },
  )) as {
    products: { nodes: { slug: string }[] }
  }
  return data.products.nodes.map(({ slug }) => slug)
}

/** Makes somebody an admin as the shop's owner would, in the shop's folder. */
function makeAdmin(name: string): void {
  const bin = process.env['BIN_DIR'] ?? fileURLToPath(new URL('../../bin', import.meta.url))
  execFileSync(
    join(bin, 'user'),
    ['role', '-data', join(process.env['E2E_DIR'] ?? '', 'data'), name, 'ADMIN'],
    { stdio: 'pipe' },
  )
}

/** Returns the link in the latest mail to somebody. Without a mail server, mails are files. */
export async function link(recipient: string, page: string): Promise<string> {
  const folder = join(process.env['E2E_DIR'] ?? '', 'data', 'mail')
  const find = () => {
    for (const name of readdirSync(folder).toSorted().toReversed()) {
      const text = readFileSync(join(folder, name), 'utf8')
        .replace(/=\r?\n/g, '')
        .replaceAll('=3D', '=')
      const [, token] = new RegExp(`/${page}#token=([A-Z2-7]+)`).exec(text) ?? []
      if (token && text.includes(`<${recipient}>`)) return `/${page}#token=${token}`
    }
    return ''
  }
  await expect.poll(find, { timeout: 10_000 }).not.toBe('')
  return find()
}

/** The id of a product. */
export async function idOf(visitor: Visitor, slug: string): Promise<string> {
  const { product } = (await visitor.graphql(
    'query ($slug: String) { product(slug: $slug) { id } }',
    { slug },
  )) as { product: { id: string } }
  return product.id
}

export const stop = (service: Service) => run(shop.stop, service)
export const start = (service: Service) => run(shop.start, service)

function run(command: string, service: Service): void {
  if (!command) throw new Error('STOP_CMD and START_CMD do not say how to stop and start services')
  execSync(command.replaceAll('{service}', service), { stdio: 'inherit' })
}
