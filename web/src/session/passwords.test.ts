import { beforeEach, describe, expect, test } from 'vitest'
import { down, testShop, type Reply } from '../testing/shop'
import {
  changePassword,
  forgotPassword,
  resetPassword,
  sendVerification,
  tokenOf,
  verifyEmail,
} from './passwords'

beforeEach(() => localStorage.clear())

test.each([
  ['#token=ABC', 'ABC'],
  ['token=A%2BB', 'A+B'],
  ['#other=ABC', ''],
  ['', ''],
])('the token of %j is %j', (hash, token) => expect(tokenOf(hash)).toBe(token))

test('a link is requested, and a request without an answer says so', async () => {
  const accepted: Reply = {
    data: { forgotPassword: { __typename: 'AcceptedPayload', accepted: true } },
  }
  const replies = { ForgotPassword: [accepted, down('forgotPassword', 'user')] }
  const { api, named } = testShop(replies)
  expect(await forgotPassword(api, 'ada')).toEqual({})
  expect(named('ForgotPassword')[0]?.variables).toEqual({ login: 'ada' })
  expect((await forgotPassword(api, 'ada')).form).toMatch(/^Accounts are unavailable/)
})

test.each<[string, Reply, string]>([
  [
    'confirms an address',
    { data: { verifyEmail: { __typename: 'VerifyEmailPayload', done: true } } },
    'done',
  ],
  [
    'refuses',
    { data: { verifyEmail: { __typename: 'VerifyEmailPayload', done: false } } },
    'invalid',
  ],
  ['does not answer', 'lost', 'unreachable'],
])('a shop that %s', async (_, reply, outcome) => {
  expect(await verifyEmail(testShop({ VerifyEmail: [reply] }).api, 'ABC')).toBe(outcome)
})

test('a verification mail is only announced when the shop has accepted it', async () => {
  const answer = (accepted: boolean): Reply => ({
    data: { sendVerification: { __typename: 'AcceptedPayload', accepted } },
  })
  const { api } = testShop({ SendVerification: [answer(true), answer(false), 'lost'] })
  expect(await sendVerification(api)).toBe(true)
  expect(await sendVerification(api)).toBe(false)
  expect(await sendVerification(api)).toBe(false)
})

describe('a password set with a link', () => {
  const input = { token: 'ABC', newPassword: 'four leaves' }
  const answer = (...errors: object[]): Reply => ({
    data: { resetPassword: { __typename: 'ResetPasswordPayload', done: !errors.length, errors } },
  })

  test('ends the session of this browser', async () => {
    const { api, session } = testShop({ ResetPassword: [answer()] })
    expect(await resetPassword(api, session, input)).toEqual({})
    expect(session.snapshot().signedIn).toBe(false)
  })

  test.each<[string, Reply, object]>([
    [
      'a weak one is marked',
      answer({ __typename: 'WeakPassword', message: 'Too short.' }),
      { newPassword: 'Too short.' },
    ],
    [
      'a used link is refused',
      answer({ __typename: 'TokenInvalid', message: 'Used.' }),
      { form: 'Used.' },
    ],
    [
      'a lost answer says so',
      'lost',
      { form: expect.stringMatching(/^Accounts do not answer/) as unknown },
    ],
  ])('%s, and the session stays', async (_, reply, shown) => {
    const { api, session } = testShop({ ResetPassword: [reply] })
    expect(await resetPassword(api, session, input)).toEqual(shown)
    expect(session.snapshot().signedIn).toBe(true)
  })
})

describe('a changed password', () => {
  const input = { currentPassword: 'three leaves', newPassword: 'four leaves' }
  const answer = (endedSessions: number, ...errors: object[]): Reply => ({
    data: { changePassword: { __typename: 'ChangePasswordPayload', endedSessions, errors } },
  })
  const wrong = {
    __typename: 'InvalidCredentials',
    message: 'This is not your current password.',
    path: ['input', 'currentPassword'],
  }
  const tried = (shop: ReturnType<typeof testShop>) =>
    shop.named('ChangePassword').map(({ variables }) => variables['input'])

  test('says how many other sessions have ended', async () => {
    const { api } = testShop({ ChangePassword: [answer(2)] })
    const { said, form } = await changePassword(api, input)
    expect(said).toBe('Your new password is set. Other sessions that ended: 2.')
    expect(form).toBeUndefined()
  })

  test('is recognized by a second press after a lost answer', async () => {
    const shop = testShop({ ChangePassword: ['lost', answer(0, wrong), answer(0)] })
    expect((await changePassword(shop.api, input)).form).toMatch(/we do not know whether/)
    expect(await changePassword(shop.api, input)).toEqual({ said: 'Your new password is set.' })
    const { newPassword } = input
    expect(tried(shop)).toEqual([input, input, { currentPassword: newPassword, newPassword }])
  })

  test('is not claimed when neither password is the current one', async () => {
    const shop = testShop({ ChangePassword: [answer(0, wrong)] })
    expect(await changePassword(shop.api, input)).toEqual({ currentPassword: wrong.message })
    expect(tried(shop)).toHaveLength(2)
  })

  test('is not claimed when the second request has no answer', async () => {
    const { api } = testShop({ ChangePassword: [answer(0, wrong), 'lost'] })
    expect(await changePassword(api, input)).toEqual({ currentPassword: wrong.message })
  })

  test('that is weak, or one try too many, is not tried again', async () => {
    const weak = {
      __typename: 'WeakPassword',
      message: 'Too short.',
      path: ['input', 'newPassword'],
    }
    const often = { __typename: 'TooManyAttempts', message: 'no', path: null, retryAfter: 9 }
    const shop = testShop({ ChangePassword: [answer(0, weak), answer(0, often)] })
    expect(await changePassword(shop.api, input)).toEqual({ newPassword: 'Too short.' })
    expect((await changePassword(shop.api, input)).form).toMatch(/Please wait 9 seconds/)
    expect(tried(shop)).toHaveLength(2)
  })
})
