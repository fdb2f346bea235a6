import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, screens, slugs, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

describe.each(screens)('$name', (screen) => {
  test('who has an account elsewhere needs no password here', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const finished: string[] = []
    page.on('request', (request) => {
      if (request.postData()?.includes('FinishSocialLogin')) finished.push(request.url())
    })
    const [slug = ''] = await slugs(visitor, 1)
    const address = `ada${Date.now()}@acme.example`
    await visitor.put(slug)

    // Not said there who it is: nobody is logged in here.
    await page.goto('/login?next=/basket')
    await page.getByRole('button', { name: 'Log in with Acme' }).waitFor()
    await visitor.looksWell('log-in with a provider')
    await page.getByRole('button', { name: 'Log in with Acme' }).click()
    await page.getByRole('link', { name: 'I will not say' }).click()
    await page.getByText('You were not logged in there.').waitFor()
    await visitor.looksWell('log-in refused by a provider')
    expect(finished).toEqual([])

    // Somebody new: an account comes into being, and the basket comes along to where the way began.
    await page.goto('/login?next=/basket')
    await page.getByRole('button', { name: 'Log in with Acme' }).click()
    await page.getByLabel('E-mail at Acme').fill(address)
    await page.getByRole('button', { name: 'That is me' }).click()
    await page.waitForURL('**/basket')
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    await page.getByRole('link', { name: 'To checkout' }).waitFor()
    expect(finished).toHaveLength(1) // the code works once
    const me = await visitor.graphql('{ me { id email emailVerified } }')
    expect(me).toMatchObject({ me: { email: address, emailVerified: true } })

    await page.goto('/account/security')
    const elsewhere = page.getByRole('region', { name: 'Accounts elsewhere' })
    await elsewhere.getByText('Acme', { exact: true }).waitFor()
    await elsewhere.getByText(address).waitFor()
    await visitor.looksWell('an account with one elsewhere')

    // The same person again.
    await page.goto('/account')
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('link', { name: 'Log in', exact: true }).waitFor()
    await page.goto('/login/callback?state=old&code=0123') // a code that is used up
    await page.getByRole('link', { name: 'Back to the log-in' }).click()
    await page.getByRole('button', { name: 'Log in with Acme' }).click()
    await page.getByLabel('E-mail at Acme').fill(address)
    await page.getByRole('button', { name: 'That is me' }).click()
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
    expect(await visitor.graphql('{ me { id email emailVerified } }')).toEqual(me)
    expect(visitor.complaints).toEqual([])
    await visitor.leave()
  })
})
