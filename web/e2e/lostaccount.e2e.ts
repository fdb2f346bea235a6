import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { losing, lost } from './losing'
import { launch, link, password, Visitor } from './shop'

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const another = 'four leaves, found in a meadow'

/** Whether the page is reloaded between the first press and the second. */
const reloads = [false, true]

/** Fills in the form with which `username` registers, and sends it. */
async function register(page: Page, username: string): Promise<void> {
  for (const [label, value] of [
    ['First name', 'Ada'],
    ['Last name', 'Lovelace'],
    ['Username', username],
    ['E-mail', `${username}@example.com`],
    ['Password', password],
  ] as const) {
    await page.getByLabel(label).fill(value)
  }
  await page.getByRole('main').getByRole('button', { name: 'Register' }).click()
}

test.each(['Register', 'Login'].flatMap((name) => reloads.map((reload) => ({ name, reload }))))(
  'who registers is logged in by a second press when $name is not answered, reloaded: $reload',
  async ({ name, reload }) => {
    const visitor = await Visitor.arrive(browser)
    const { page } = visitor
    const username = `ada${Date.now()}`
    await page.goto('/register')
    await losing(page, `mutation ${name}(`, 'answer')
    await register(page, username)
    await page.getByText('Accounts are unavailable right now.').waitFor()
    if (reload) await page.reload()
    await register(page, username)
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    await visitor.leave()
  },
)

async function changePassword(page: Page): Promise<void> {
  await page.getByLabel('Current password').fill(password)
  await page.getByLabel('New password').fill(another)
  await page.getByRole('button', { name: 'Change the password' }).click()
}

test.each(reloads)(
  'a second press says that the password is changed, reloaded: %s',
  async (reload) => {
    const visitor = await Visitor.arrive(browser)
    const { page } = visitor
    const name = await visitor.register()
    await page.goto('/account/security')
    await losing(page, 'mutation ChangePassword', 'answer')
    await changePassword(page)
    await page.getByText('we do not know whether your password is changed').waitFor()
    if (reload) await page.reload()
    await changePassword(page)
    await page.getByText('Your new password is set.').waitFor()
    expect(await page.getByText('This is not your current password.').count()).toBe(0)

    const other = await Visitor.arrive(browser)
    await other.login(name, another)
    await other.leave()
    await visitor.leave()
  },
)

test('a press with a wrong current password still says so', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const name = await visitor.register()
  await page.goto('/account/security')
  await page.getByLabel('Current password').fill('a wrong one')
  await page.getByLabel('New password').fill(another)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('This is not your current password.').waitFor()
  const other = await Visitor.arrive(browser)
  await other.login(name)
  await other.leave()
  await visitor.leave()
})

async function setPassword(page: Page): Promise<void> {
  await page.getByLabel('New password').fill(another)
  await page.getByRole('button', { name: 'Set the password' }).click()
}

test.each(reloads)(
  'a second press says that a link has set the password, reloaded: %s',
  async (reload) => {
    const visitor = await Visitor.arrive(browser)
    const { page } = visitor
    const name = await visitor.register()
    const guest = await Visitor.arrive(browser)
    await guest.page.goto('/forgot-password')
    await guest.page.getByLabel('Username or e-mail').fill(name)
    await guest.page.getByRole('button', { name: 'Send me a link' }).click()
    await guest.page.getByRole('heading', { name: 'Check your mailbox' }).waitFor()
    await page.goto(await link(`${name}@example.com`, 'reset-password'))
    await losing(page, 'mutation ResetPassword', 'answer')
    await setPassword(page)
    await page.getByText('we do not know whether your password is set').waitFor()
    await visitor.looksWell('a password that may be set')
    if (reload) {
      await page.reload()
      // The page is rendered from scratch when it learns that the session has ended.
      await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
    }
    await setPassword(page)
    await page.getByRole('heading', { name: 'Your new password is set' }).waitFor()
    await visitor.login(name, another)
    await guest.leave()
    await visitor.leave()
  },
)

test.each(reloads)(
  'a second press says that the address is confirmed, reloaded: %s',
  async (reload) => {
    const visitor = await Visitor.arrive(browser)
    const name = await visitor.register()
    const guest = await Visitor.arrive(browser) // reads the mail on another device
    const { page } = guest
    await page.goto(await link(`${name}@example.com`, 'verify'))
    await losing(page, 'mutation VerifyEmail', 'answer')
    const confirm = page.getByRole('button', { name: 'Confirm' })
    await confirm.click()
    await page.getByText('Accounts are unavailable right now.').waitFor()
    expect(await visitor.graphql('{ me { emailVerified } }')).toEqual({
      me: { emailVerified: true },
    })
    if (reload) await page.reload()
    await confirm.click()
    await page.getByText('Your address is confirmed.').waitFor()
    await guest.leave()
    await visitor.leave()
  },
)

test('a session whose ending was not answered is not said to hold', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const name = await visitor.register()
  const other = await Visitor.arrive(browser)
  await other.login(name)
  await page.goto('/account/security')
  await losing(page, 'mutation RevokeSession', 'answer')
  await page.getByRole('button', { name: 'End session' }).click()
  await page.getByRole('button', { name: 'End session' }).waitFor({ state: 'detached' })
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
  const sessions = page.getByRole('region', { name: 'Where you are logged in' })
  expect(await sessions.getByRole('alert').count()).toBe(0) // those without a text are hidden
  await expect.poll(() => other.graphql('{ me { id } }')).toEqual({ me: null })
  await other.leave()
  await visitor.leave()
})

test.each([
  ['/account', 'Log out'],
  ['/account/security', 'Log out everywhere'],
])('who logs out on %s is logged out though the answer is lost', async (path, button) => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  await page.goto(path)
  await losing(page, 'mutation Logout', 'answer')
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
  expect(await page.getByText('Ada Lovelace').count()).toBe(0)
  await visitor.leave()
})

test('who could not be logged out is not told that they still are logged in', async () => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  await visitor.register()
  await page.goto('/account')
  const silent = new Set(['query Me '])
  await losing(page, 'mutation Logout', 'answer', { silent })
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByText('We do not know whether you are logged out').waitFor()
  silent.clear() // the profile asks by itself, and learns that the session has ended
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor()
  await visitor.leave()
})

/** Goes the way through the provider, where one says who one is. */
async function logInWithAcme(page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Log in with Acme' }).click()
  await page.getByLabel('E-mail at Acme').fill(address)
  await page.getByRole('button', { name: 'That is me' }).click()
}

test.each(lost)('who logs in with a provider does it once more after: %s', async (loss) => {
  const visitor = await Visitor.arrive(browser)
  const { page } = visitor
  const address = `ada${Date.now()}@acme.example`
  await page.goto('/login?next=/account/security')
  const { done } = await losing(page, 'mutation FinishSocialLogin', loss)
  await logInWithAcme(page, address)
  await done
  // The reloaded page sends the code once more, which is used up.
  const says = loss === 'reload' ? 'The log-in failed.' : 'Please log in again.'
  await page.getByText(says).waitFor()
  await visitor.looksWell('a log-in with a provider that was not answered')
  await page.getByRole('link', { name: 'Back to the log-in' }).click()
  await logInWithAcme(page, address)
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
  await visitor.leave()
})

test('an account elsewhere is unlinked though the answer is lost', async () => {
  const visitor = await Visitor.arrive(browser)
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
  await logInWithAcme(page, address)
  const elsewhere = page.getByRole('region', { name: 'Linked accounts' })
  await elsewhere.getByText(address).waitFor()
  await losing(page, 'mutation UnlinkIdentity', 'answer')
  await elsewhere.getByRole('button', { name: 'Unlink Acme' }).click()
  await elsewhere.getByText('Acme is unlinked.').waitFor()
  await elsewhere.getByText('None: you log in with your password alone.').waitFor()
  expect(await elsewhere.getByRole('alert').count()).toBe(0)
  await visitor.leave()
})
