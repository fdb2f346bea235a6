import { beforeEach, expect, test, vi } from 'vitest'
import { testSession } from '../testing/services'
import { OwnedStorage } from '../storage/ownedStorage'
import { SafeStorage } from '../storage/safeStorage'
import { Session } from './session'

let now = 0
let cookies: { cookie: string }
const at = (milliseconds: number) => new Date(milliseconds).toISOString()
const session = () => testSession(cookies, () => now)

beforeEach(() => {
  localStorage.clear()
  now = 1_000_000
  cookies = { cookie: '' }
})

test('the cookie tells who is logged in, by name', () => {
  expect(session().snapshot()).toMatchObject({ signedIn: false, displayName: '' })
  cookies.cookie = 'a=b; trefoil_session=Ada%20Lovelace; c=d'
  expect(session().snapshot()).toMatchObject({ signedIn: true, displayName: 'Ada Lovelace' })
  cookies.cookie = 'trefoil_session=Ada+Lovelace'
  expect(session().snapshot().displayName).toBe('Ada Lovelace')
  cookies.cookie = 'trefoil_session=%E0%A4%A'
  expect(session().snapshot()).toMatchObject({ signedIn: true, displayName: '' })
})

test('on https the cookie has the prefix __Host-, and wins over one without', () => {
  cookies.cookie = 'trefoil_session=Mallory; __Host-trefoil_session=Ada'
  expect(session().snapshot()).toMatchObject({ signedIn: true, displayName: 'Ada' })
})

test('the end of a session deletes both cookies as browsers demand', () => {
  const written: string[] = []
  cookies = Object.defineProperty({ cookie: '' }, 'cookie', {
    get: () => '',
    set: (text: string) => written.push(text),
  })
  session().end()
  expect(written).toEqual([
    '__Host-trefoil_session=; Max-Age=0; Path=/; SameSite=Lax; Secure',
    'trefoil_session=; Max-Age=0; Path=/; SameSite=Lax',
  ])
})

test('another person is another epoch, and listeners hear of it once', () => {
  const subject = session()
  const heard = vi.fn()
  subject.subscribe(heard)
  subject.reread()
  expect(heard).not.toHaveBeenCalled()
  cookies.cookie = 'trefoil_session=Ada'
  subject.reread()
  subject.reread()
  expect(heard).toHaveBeenCalledTimes(1)
  expect(subject.snapshot().epoch).toBe(1)
})

test('a refresh is due shortly before the end, not earlier, and not for guests', () => {
  expect(session().needsRefresh()).toBe(false)
  cookies.cookie = 'trefoil_session=usr_1.ses_1.Ada'
  const subject = session()
  expect(subject.needsRefresh()).toBe(true) // the end is not known
  subject.renewed(at(now + 600_000))
  now += 500_000
  expect(subject.needsRefresh()).toBe(false)
  now += 90_000
  expect(subject.needsRefresh()).toBe(true)
})

test('a refresh that did not help is not tried with every request', () => {
  cookies.cookie = 'trefoil_session=Ada'
  const subject = session()
  subject.refreshTried()
  expect(subject.needsRefresh()).toBe(false)
  now += 6_000
  expect(subject.needsRefresh()).toBe(true)
})

test('a refused session is refreshed before the next request, until it is renewed', () => {
  cookies.cookie = 'trefoil_session=usr_1.ses_1.Ada'
  const subject = session()
  subject.renewed(at(now + 600_000))
  now += 6_000
  expect(subject.needsRefresh()).toBe(false)
  subject.refused()
  expect(subject.needsRefresh()).toBe(true)
  subject.renewed(at(now + 600_000))
  now += 6_000
  expect(subject.needsRefresh()).toBe(false)
})

test('the end of a session is known to all tabs', () => {
  cookies.cookie = 'trefoil_session=usr_1.ses_1.Ada'
  const subject = session()
  subject.renewed(at(now + 600_000))
  cookies = Object.defineProperty({ cookie: '' }, 'cookie', { get: () => '', set: () => undefined })
  expect(localStorage.getItem('trefoil/usr_1.ses_1/expiresAt')).not.toBeNull()
  subject.end()
  expect(localStorage.getItem('trefoil/usr_1.ses_1/expiresAt')).toBeNull()
})

test('a session begins and ends where storage is forbidden', () => {
  cookies.cookie = 'trefoil_session=Ada'
  const storage = new SafeStorage(() => {
    throw new DOMException('forbidden', 'SecurityError')
  })
  const subject = new Session({ cookies, storage, tabStorage: storage, now: () => now })
  subject.renewed(at(now + 600_000))
  expect(subject.expiresAt()).toBe(at(now + 600_000))
  cookies.cookie = ''
  subject.end()
  expect(subject.expiresAt()).toBeNull()
})

test('another session is another epoch, also of a person of the same name', () => {
  cookies.cookie = 'trefoil_session=usr_1.ses_1.Ada%20Lovelace'
  const subject = session()
  expect(subject.snapshot()).toMatchObject({
    displayName: 'Ada Lovelace',
    owner: { user: 'usr_1', session: 'ses_1' },
  })
  cookies.cookie = 'trefoil_session=usr_2.ses_2.Ada%20Lovelace'
  subject.reread()
  expect(subject.snapshot()).toMatchObject({ owner: { user: 'usr_2', session: 'ses_2' }, epoch: 1 })
})

const grace = 'trefoil_session=usr_2.ses_2.Ada'
const ada = 'trefoil_session=usr_1.ses_1.Ada'

test.each(['localStorage', 'sessionStorage'] as const)(
  'what %s has of others is removed at the start, and when the person changes',
  (name) => {
    const storage = window[name]
    const keyOf = (owner: string) =>
      new OwnedStorage(new SafeStorage(() => storage), owner, () => true).keyOf('placing')
    const [ofAda, ofGrace, ofGuest] = [
      keyOf('usr_1.ses_1'),
      keyOf('usr_2.ses_2'),
      keyOf('guest'),
    ] as const
    const fill = () => [ofAda, ofGrace, ofGuest].forEach((key) => storage.setItem(key, 'x'))
    const kept = () => Object.keys(storage).sort()
    storage.clear()
    fill()
    for (const key of ['trefoil.placing', 'graphiql:query', 'of another program'])
      storage.setItem(key, 'x')
    cookies.cookie = ada
    const subject = session()
    storage.removeItem('of another program')
    expect(kept()).toEqual([ofGuest, ofAda])
    fill()
    cookies.cookie = grace
    subject.reread()
    expect(kept()).toEqual([ofGuest, ofGrace])
    fill()
    cookies.cookie = ''
    subject.reread()
    expect(kept()).toEqual([ofGuest])
    storage.clear()
  },
)

test('a cookie that names no user stores nothing, but holds values for the page', () => {
  cookies.cookie = 'trefoil_session=Ada'
  const subject = session()
  subject.renewed(at(now + 600_000))
  expect(subject.expiresAt()).toBe(at(now + 600_000))
  expect(localStorage.length).toBe(0)
  cookies.cookie = ada
  subject.renewed(at(now + 700_000))
  expect(subject.expiresAt()).toBe(at(now + 700_000))
  expect(localStorage.length).toBe(1)
})

test('what is stored for somebody who has gone is neither read nor written, reread or not', () => {
  cookies.cookie = ada
  const { shared } = session().kept()
  shared.setItem('placing', 'x')
  expect(shared.getItem('placing')).toBe('x')
  cookies.cookie = grace
  shared.setItem('placing', 'y')
  expect(shared.getItem('placing')).toBeNull()
  expect(shared.names()).toEqual([])
  expect(localStorage.getItem(shared.keyOf('placing'))).toBe('x')
})

test('the end of one session does not end the next person’s', () => {
  cookies.cookie = ada
  const subject = session()
  const before = subject.snapshot()
  cookies.cookie = grace
  subject.end(before)
  expect(cookies.cookie).toBe(grace)
  expect(subject.snapshot().owner?.user).toBe('usr_2')
})

test('a session is refused until it is renewed, or somebody else is there', () => {
  const subject = session()
  subject.refused()
  expect(subject.snapshot().isRefused).toBe(false) // a guest has no session
  cookies.cookie = ada
  subject.reread()
  subject.refused()
  expect(subject.snapshot()).toMatchObject({ isRefused: true, epoch: 1 })
  subject.renewed(at(now))
  expect(subject.snapshot().isRefused).toBe(false)
  subject.refused()
  cookies.cookie = grace
  subject.reread()
  expect(subject.snapshot().isRefused).toBe(false)
})

test('a new name of the same person is shown, and nothing begins anew', () => {
  cookies.cookie = ada
  const subject = session()
  const kept = subject.kept()
  cookies.cookie = ada.replace('Ada', 'Countess')
  subject.reread()
  expect(subject.snapshot()).toMatchObject({ displayName: 'Countess', epoch: 0 })
  expect(subject.kept()).toBe(kept)
})
