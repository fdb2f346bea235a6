import { beforeEach, expect, test, vi } from 'vitest'
import { SafeStorage } from '../storage/safeStorage'
import { Session } from './session'

let now = 0
let cookies: { cookie: string }
const at = (milliseconds: number) => new Date(milliseconds).toISOString()
const session = () => new Session({ cookies, storage: localStorage, now: () => now })

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
  cookies = Object.defineProperty({ cookie: '' }, 'cookie', { get: () => '', set: (text: string) => written.push(text) })
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
  cookies.cookie = 'trefoil_session=Ada'
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

test('the end of a session is known to all tabs', () => {
  cookies.cookie = 'trefoil_session=Ada'
  const subject = session()
  subject.renewed(at(now + 600_000))
  cookies = Object.defineProperty({ cookie: '' }, 'cookie', { get: () => '', set: () => undefined })
  expect(localStorage.getItem('trefoil.expiresAt')).not.toBeNull()
  subject.end()
  expect(localStorage.getItem('trefoil.expiresAt')).toBeNull()
})

test('a session begins and ends where storage is forbidden', () => {
  cookies.cookie = 'trefoil_session=Ada'
  const storage = new SafeStorage(() => {
    throw new DOMException('forbidden', 'SecurityError')
  })
  const subject = new Session({ cookies, storage, now: () => now })
  subject.renewed(at(now + 600_000))
  expect(subject.expiresAt()).toBe(at(now + 600_000))
  subject.end()
  expect(subject.expiresAt()).toBeNull()
})

test('another session is another epoch, also of a person of the same name', () => {
  cookies.cookie = 'trefoil_session=usr_1.ses_1.Ada%20Lovelace'
  const subject = session()
  expect(subject.snapshot()).toMatchObject({ displayName: 'Ada Lovelace', owner: { user: 'usr_1', session: 'ses_1' } })
  cookies.cookie = 'trefoil_session=usr_2.ses_2.Ada%20Lovelace'
  subject.reread()
  expect(subject.snapshot()).toMatchObject({ owner: { user: 'usr_2', session: 'ses_2' }, epoch: 1 })
})
