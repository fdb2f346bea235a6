import type { Page, Request, Route } from 'playwright-core'

/**
 * What becomes of a request: the page gets no answer, or that of a proxy; the shop gets no
 * request; or the page is reloaded before it gets the answer.
 */
export type Loss = 'answer' | '504' | 'request' | 'reload'

/** All ways in which an answer is lost to a page whose request the shop has carried out. */
export const lost: Loss[] = ['answer', '504', 'reload']

interface Options {
  /** How many requests are lost; one if left out. */
  times?: number
  /** Names of other requests that are lost as long as they are in the set. */
  silent?: ReadonlySet<string>
}

const asks = (request: Request, name: string) => request.postData()?.includes(name) ?? false

/** Loses requests of the name. The promise it returns ends when the last of them is lost. */
export async function losing(
  page: Page,
  name: string,
  loss: Loss,
  { times = 1, silent = new Set() }: Options = {},
) {
  let finish = () => {}
  const done = new Promise<void>((resolve) => (finish = resolve))
  let begun = 0
  let ended = 0
  await page.route('**/graphql', async (route) => {
    const request = route.request()
    if ([...silent].some((other) => asks(request, other))) return route.abort()
    if (!asks(request, name) || begun === times) return route.fallback()
    begun++
    if (loss !== 'request') await deliver(request)
    await lose(page, route, loss)
    if (++ended === times) finish()
  })
  return { done }
}

/** Sends a request to the shop, past the browser: no part of the answer arrives, and no cookie. */
async function deliver(request: Request): Promise<void> {
  const sent = await request.allHeaders()
  const headers = Object.fromEntries(
    ['cookie', 'origin', 'accept', 'content-type'].map((name) => [name, sent[name] ?? '']),
  )
  const answer = await fetch(request.url(), {
    method: request.method(),
    headers,
    body: request.postData(),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the shop refused what was to be lost: ${answer.status} ${text}`)
}

async function lose(page: Page, route: Route, loss: Loss): Promise<void> {
  if (loss === '504')
    return route.fulfill({
      status: 504,
      contentType: 'text/html',
      body: '<h1>Gateway Timeout</h1>',
    })
  if (loss === 'reload') await page.reload()
  return route.abort().catch(() => undefined) // the request may be gone with its page
}
