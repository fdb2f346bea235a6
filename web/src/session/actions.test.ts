import { beforeEach, describe, expect, test } from 'vitest'
import { ada, browserCookies, down, testShop, type Reply } from '../testing/shop'
import { logIn, logOut, register } from './actions'

beforeEach(() => localStorage.clear())

const input = { login: 'ada', password: 'plain as three leaves' }
const expiresAt = '2999-12-31T00:00:00.000Z'

const login = (errors: object[] = []): Reply => ({
  data: {
    login: {
      __typename: 'LoginPayload',
      expiresAt: errors.length > 0 ? null : expiresAt,
      user: errors.length > 0 ? null : { __typename: 'User', id: 'usr_ada' },
      errors,
    },
  },
})
const registered = (...errors: object[]): Reply => ({
  data: { register: { __typename: 'RegisterPayload', user: null, errors } },
})
const refusal = (__typename: string, message: string, path?: string[]) => ({
  __typename,
  message,
  path: path ?? null,
})
const limited: Reply = {
  data: null,
  errors: [{ message: 'slow down', extensions: { code: 'RATE_LIMITED', retryable: true } }],
}

describe('log-in', () => {
  test('shows nothing when it works, and stores when the access token ends', async () => {
    const cookies = browserCookies('')
    const setCookie = () => {
      cookies.cookie = ada
      return login()
    }
    const { api, session, named } = testShop({ Login: [setCookie] }, cookies)
    expect(await logIn(api, session, input)).toEqual({})
    expect(session.snapshot()).toMatchObject({ signedIn: true, displayName: 'Ada Lovelace' })
    expect(session.expiresAt()).toBe(expiresAt)
    expect(named('Login')[0]?.variables).toEqual({ input })
  })

  test.each<[string, Reply, RegExp]>([
    ['a wrong password', login([refusal('InvalidCredentials', 'no')]), /^Unknown user or wrong/],
    [
      'too many attempts',
      login([{ ...refusal('TooManyAttempts', 'no'), retryAfter: 42 }]),
      /Please wait 42 seconds\.$/,
    ],
    ['too many requests', limited, /^Too many requests/],
    ['no user service', down('login', 'user'), /^Accounts are unavailable right now/],
    ['no answer', 'lost', /^Accounts are unavailable right now/],
  ])('says so after %s, and nobody is logged in', async (_, reply, says) => {
    const { api, session } = testShop({ Login: [reply] }, browserCookies(''))
    const { form } = await logIn(api, session, input)
    expect(form).toMatch(says)
    expect(session.snapshot().signedIn).toBe(false)
  })
})

describe('registration', () => {
  const person = {
    firstName: 'Ada',
    lastName: 'Lovelace',
    username: 'ada',
    email: 'ada@example.com',
    password: input.password,
  }
  const taken = [
    refusal('UsernameTaken', 'This name is taken.', ['input', 'username']),
    refusal('EmailTaken', 'This address is taken.', ['input', 'email']),
  ]

  test('logs in with the new account', async () => {
    const { api, session, asked } = testShop({ Register: [registered()], Login: [login()] })
    expect(await register(api, session, person)).toEqual({})
    expect(asked.map(({ name }) => name)).toEqual(['Register', 'Login'])
    expect(asked[1]?.variables).toEqual({ input })
  })

  test('shows each refusal beside its input, and does not log in', async () => {
    const refusals = [
      refusal('WeakPassword', 'Too short.', ['input', 'password']),
      refusal('InvalidInput', 'Not now.'),
    ]
    const { api, session, named } = testShop({ Register: [registered(...refusals)] })
    expect(await register(api, session, person)).toEqual({
      password: 'Too short.',
      form: 'Not now.',
    })
    expect(named('Login')).toEqual([])
  })

  test('logs in when a registration without an answer has created the account', async () => {
    const { api, session } = testShop({
      Register: ['lost', registered(...taken)],
      Login: [login()],
    })
    expect((await register(api, session, person)).form).toMatch(/^Accounts are unavailable/)
    expect(await register(api, session, person)).toEqual({})
  })

  test('shows what is taken when the account is somebody else’s', async () => {
    const wrong = login([refusal('InvalidCredentials', 'no')])
    const { api, session } = testShop({ Register: [registered(...taken)], Login: [wrong] })
    expect(await register(api, session, person)).toEqual({
      username: 'This name is taken.',
      email: 'This address is taken.',
      form: 'Unknown user or wrong password.',
    })
  })

  test('does not log in when only the address is taken', async () => {
    const { api, session, named } = testShop({ Register: [registered(...taken.slice(1))] })
    expect(await register(api, session, person)).toEqual({ email: 'This address is taken.' })
    expect(named('Login')).toEqual([])
  })
})

describe('log-out', () => {
  const done: Reply = { data: { logout: { __typename: 'LogoutPayload', endedSessions: 1 } } }
  const me: Reply = {
    data: {
      me: {
        ...{ __typename: 'User', id: 'usr_ada', username: 'ada', email: 'ada@example.com' },
        ...{ displayName: 'Ada', createdAt: '2026-01-01T00:00:00.000Z', emailVerified: true },
      },
    },
  }
  const ended: Reply = {
    data: {
      refresh: {
        ...{ __typename: 'RefreshPayload', expiresAt: null },
        errors: [{ __typename: 'SessionEnded' }],
      },
    },
  }

  test.each([true, false])('ends the session here, everywhere: %s', async (everywhere) => {
    const { api, session, named } = testShop({ Logout: [done] })
    expect(localStorage.length).toBeGreaterThan(0)
    expect(await logOut(api, session, everywhere)).toBe('yes')
    expect(named('Logout')[0]?.variables).toEqual({ everywhere })
    expect(session.snapshot().signedIn).toBe(false)
    expect(localStorage.length).toBe(0)
  })

  test('is not claimed when the answer is lost and the session still exists', async () => {
    const { api, session } = testShop({ Logout: ['lost'], Me: [me] })
    expect(await logOut(api, session, false)).toBe('no')
    expect(session.snapshot().signedIn).toBe(true)
  })

  test('is not known when nothing is answered', async () => {
    const { api, session } = testShop({ Logout: ['lost'], Me: ['lost'] })
    expect(await logOut(api, session, false)).toBe('unknown')
    expect(session.snapshot().signedIn).toBe(true)
  })

  test('is found out when the answer is lost and the session has ended', async () => {
    const refused: Reply = {
      data: { me: null },
      errors: [{ message: 'log in', path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }],
    }
    const { api, session } = testShop({ Logout: ['lost'], Me: [refused], Refresh: [ended] })
    expect(await logOut(api, session, false)).toBe('yes')
    expect(session.snapshot().signedIn).toBe(false)
  })
})
