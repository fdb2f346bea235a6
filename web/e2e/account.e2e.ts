import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, link, password, screens, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const another = 'four leaves, found in a meadow'

describe.each(screens)('$name', (screen) => {
  test('an address is confirmed, a password forgotten and changed, a session ended', async () => {
    const visitor = await Visitor.arrive(browser, screen)
    const { page } = visitor
    const name = await visitor.register()
    const address = `${name}@example.com`

    await page.goto('/account')
    await page.getByRole('button', { name: 'Send the mail again' }).waitFor()
    await page.goto(await link(address, 'verify'))
    await page.getByRole('button', { name: 'Confirm' }).waitFor()
    await visitor.looksWell('/verify')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('Your address is confirmed.').waitFor()
    await page.getByRole('link', { name: 'To your account' }).click()
    await page.getByText(address).waitFor()
    expect(await page.getByRole('button', { name: 'Send the mail again' }).count()).toBe(0)

    // Another device logs in, and is thrown out.
    const other = await Visitor.arrive(browser, screen)
    await other.login(name)
    await page.goto('/account/security')
    await page.getByText('Browser, this one').waitFor()
    await visitor.looksWell('/account/security')
    await page.getByRole('button', { name: 'End session' }).click()
    await page.getByRole('button', { name: 'End session' }).waitFor({ state: 'detached' })
    const events = page.getByRole('region', { name: 'What happened to your account' })
    await events.getByText('E-mail address confirmed').waitFor()
    await page.getByText('None: you log in with your password alone.').waitFor()
    await expect.poll(() => other.graphql('{ me { id } }')).toEqual({ me: null })

    await page.getByLabel('Current password').fill('a wrong one')
    await page.getByLabel('New password').fill(another)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('This is not your current password.').waitFor()
    await page.getByLabel('Current password').fill(password)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('Your new password is set.').waitFor()

    // Forgotten: the mail's link sets a new one, and all sessions end.
    await other.page.goto('/forgot-password')
    await other.page.getByRole('heading', { level: 1, name: 'Forgot your password?' }).waitFor()
    await other.looksWell('/forgot-password')
    await other.page.getByLabel('Username or e-mail').fill(address)
    await other.page.getByRole('button', { name: 'Send me a link' }).click()
    await other.page.getByRole('heading', { name: 'Check your mailbox' }).waitFor()
    await other.page.goto(await link(address, 'reset-password'))
    await other.page.getByRole('heading', { level: 1, name: 'Set a new password' }).waitFor()
    await other.looksWell('/reset-password')
    await other.page.getByLabel('New password').fill('short')
    await other.page.getByRole('button', { name: 'Set the password' }).click()
    await expect
      .poll(() => other.page.getByLabel('New password').getAttribute('aria-invalid'))
      .toBe('true')
    await other.page.getByLabel('New password').fill(password)
    await other.page.getByRole('button', { name: 'Set the password' }).click()
    await other.page.getByRole('heading', { name: 'Your new password is set' }).waitFor()
    await expect.poll(() => visitor.graphql('{ me { id } }')).toEqual({ me: null })
    await other.page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
    await other.page.getByLabel('Username or e-mail').fill(name)
    await other.page.getByLabel('Password').fill(password)
    await other.page.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click()
    await other.page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()

    // Logged out on all devices at once.
    await visitor.context.clearCookies() // of the session that ended
    await visitor.login(name)
    await page.goto('/account/security')
    await events.getByRole('button', { name: /^Show all/ }).click()
    await events.getByText('Password changed').waitFor()
    await events.getByText('Registered').waitFor()
    await visitor.looksWell('all that happened to an account')
    await page.getByRole('button', { name: 'Log out everywhere' }).click()
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    await expect.poll(() => other.graphql('{ me { id } }')).toEqual({ me: null })
    await visitor.leave()
    await other.leave()
  })
})
