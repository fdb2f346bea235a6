import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, link, password, screens, slugs, start, stop, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

/** Goes the way through the provider, where one says who one is. */
async function logInWithAcme(page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Log in with Acme' }).click()
  await page.getByLabel('E-mail at Acme').fill(address)
  await page.getByRole('button', { name: 'That is me' }).click()
}

const elsewhereOn = (page: Page) => page.getByRole('region', { name: 'Linked accounts' })

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
    await page.getByText('The provider did not log you in.').waitFor()
    await visitor.looksWell('log-in refused by a provider')
    expect(finished).toEqual([])

    // Somebody new: an account comes into being, and the basket comes along to where the way began.
    await page.goto('/login?next=/basket')
    await logInWithAcme(page, address)
    await page.waitForURL('**/basket')
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    await page.getByRole('link', { name: 'To checkout' }).waitFor()
    expect(finished).toHaveLength(1) // the code works once
    const me = await visitor.graphql('{ me { id email emailVerified } }')
    expect(me).toMatchObject({ me: { email: address, emailVerified: true } })

    await page.goto('/account/security')
    const elsewhere = elsewhereOn(page)
    await elsewhere.getByText('Acme', { exact: true }).first().waitFor()
    await elsewhere.getByText(address).waitFor()
    await visitor.looksWell('an account with one elsewhere')

    // The same person again.
    await page.goto('/account')
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    await page.goto('/login/callback?state=old&code=0123') // a code that is used up
    await page.getByRole('link', { name: 'Back to the log-in' }).click()
    await logInWithAcme(page, address)
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
    expect(await visitor.graphql('{ me { id email emailVerified } }')).toEqual(me)
    expect(visitor.complaints).toEqual([])
    await visitor.leave()
  })

  test('who has a password unlinks an account elsewhere', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const name = await visitor.register()
    const address = `${name}@example.com`
    await page.goto(await link(address, 'verify'))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('Your address is confirmed.').waitFor()
    await page.goto('/account')
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    await page.goto('/login?next=/account/security')
    await logInWithAcme(page, address) // links it: both sides have confirmed the address
    const elsewhere = elsewhereOn(page)
    await elsewhere.getByText(address).waitFor()

    // Nobody is there who could do it: it stays, and the page says so.
    const unlink = elsewhere.getByRole('button', { name: 'Unlink Acme' })
    stop('user')
    try {
      await unlink.click()
      const alert = elsewhere.getByRole('alert')
      await alert.getByText('We do not know whether Acme is unlinked').waitFor()
      await elsewhere.locator('[data-notice]').waitFor()
      await elsewhere.getByText(address).waitFor()
    } finally {
      start('user')
    }
    await elsewhere.locator('[data-notice]').waitFor({ state: 'detached', timeout: 40_000 })

    await unlink.focus()
    await page.keyboard.press('Enter')
    await elsewhere.getByRole('status').getByText('Acme is unlinked.').waitFor()
    await elsewhere.getByText('None: you log in with your password alone.').waitFor()
    expect(await elsewhere.getByRole('listitem').count()).toBe(0)
    expect(await elsewhere.getByRole('alert').count()).toBe(0)
    expect(
      await elsewhere
        .getByRole('heading')
        .evaluate((heading) => heading === document.activeElement),
    ).toBe(true)
    await visitor.looksWell('an account elsewhere unlinked')
    expect(await visitor.graphql('{ me { socialIdentities { provider } } }')).toEqual({
      me: { socialIdentities: [] },
    })
    expect(visitor.complaints).toEqual([])
    await visitor.leave()
  })

  test('who has no password sets one before an account elsewhere is unlinked', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const address = `ada${Date.now()}@acme.example`
    await page.goto('/login?next=/account/security')
    await logInWithAcme(page, address)
    const elsewhere = elsewhereOn(page)
    await elsewhere.getByRole('button', { name: 'Unlink Acme' }).click()
    await elsewhere
      .getByRole('alert')
      .getByText('Acme stays linked: you have no password')
      .waitFor()
    await elsewhere.getByText(address).waitFor()
    await visitor.looksWell('the last way to log in is not unlinked')

    await elsewhere.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByLabel('Username or e-mail').fill(address)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByRole('heading', { name: 'Check your mailbox' }).waitFor()
    await page.goto(await link(address, 'reset-password'))
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByRole('heading', { name: 'Your new password is set' }).waitFor()
    await visitor.login(address)
    await page.goto('/account/security')
    await elsewhere.getByRole('button', { name: 'Unlink Acme' }).click()
    await elsewhere.getByText('Acme is unlinked.').waitFor()
    await elsewhere.getByText('None: you log in with your password alone.').waitFor()
    await page
      .getByRole('region', { name: 'What happened to your account' })
      .getByText('Account unlinked')
      .waitFor()
    expect(visitor.complaints).toEqual([])
    await visitor.leave()
  })
})
