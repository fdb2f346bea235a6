import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { testSession } from '../testing/services'
import { alone } from './alone'
import { Tabs } from './tabs'
import { watchSession } from './watch'

const ada = 'trefoil_session=usr_1.ses_1.Ada'
const grace = 'trefoil_session=usr_2.ses_2.Ada'

beforeEach(() => localStorage.clear())
afterEach(() => vi.unstubAllGlobals())

const absent = () =>
  Reflect.construct(undefined as unknown as typeof BroadcastChannel, []) as BroadcastChannel
const forbidden = () => {
  throw new DOMException('forbidden', 'SecurityError')
}
const closed = () =>
  Object.assign(new EventTarget(), { postMessage: forbidden }) as unknown as BroadcastChannel

/** A page that watches its session. */
function watched(tabs = new Tabs(() => new BroadcastChannel('watch'))) {
  const cookies = { cookie: ada }
  const session = testSession(cookies)
  const stop = watchSession(session, tabs)
  return { cookies, session, stop, user: () => session.snapshot().owner?.user }
}

describe.each<[string, () => EventTarget]>([
  ['pageshow', () => window],
  ['focus', () => window],
  ['storage', () => window],
  ['visibilitychange', () => document],
])('at %s', (event, target) => {
  test('a page finds the person who is there now, until it stops', () => {
    const { cookies, stop, user } = watched()
    cookies.cookie = grace
    expect(user()).toBe('usr_1')
    target().dispatchEvent(new Event(event))
    expect(user()).toBe('usr_2')
    stop()
    cookies.cookie = ''
    target().dispatchEvent(new Event(event))
    expect(user()).toBe('usr_2')
  })

  test.each([
    ['is absent', absent],
    ['is forbidden', forbidden],
    ['cannot send', closed],
  ])('it does so where BroadcastChannel %s', (_, open) => {
    const { cookies, stop, user } = watched(new Tabs(open))
    cookies.cookie = grace
    target().dispatchEvent(new Event(event))
    expect(user()).toBe('usr_2')
    stop()
  })
})

test('a page finds the person who is there now when a cookie changes, where browsers tell', () => {
  const cookieStore = new EventTarget()
  vi.stubGlobal('cookieStore', cookieStore)
  const { cookies, stop, user } = watched()
  cookies.cookie = grace
  cookieStore.dispatchEvent(new Event('change'))
  expect(user()).toBe('usr_2')
  stop()
})

test('the other tabs hear that the person has changed, and only of that', async () => {
  const { cookies, session, stop } = watched()
  const heard = vi.fn()
  const other = new Tabs(() => new BroadcastChannel('watch'))
  const stopHearing = other.onNews(heard)
  session.reread()
  cookies.cookie = ''
  session.reread()
  await expect.poll(() => heard.mock.calls).toEqual([['session']])
  stopHearing()
  stop()
})

test('a tab that another tells finds the person who is there now', async () => {
  const { cookies, stop, user } = watched()
  cookies.cookie = grace
  new Tabs(() => new BroadcastChannel('watch')).tell('session')
  await expect.poll(user).toBe('usr_2')
  stop()
})

describe('work for one tab at a time', () => {
  test('is done where locks and storage are forbidden', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('forbidden')) } })
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(forbidden)
    expect(await alone('refresh', () => Promise.resolve('done'))).toBe('done')
  })

  test('is not done again when it fails itself', async () => {
    vi.stubGlobal('navigator', { locks: { request: (_: string, work: () => unknown) => work() } })
    const work = vi.fn(() => Promise.reject(new Error('down')))
    await expect(alone('refresh', work)).rejects.toThrow('down')
    expect(work).toHaveBeenCalledTimes(1)
  })
})
