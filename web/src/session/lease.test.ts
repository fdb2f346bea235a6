import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alone } from './alone'
import { Lease, term } from './lease'

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Work that takes a while, and tells how many were at it at the same time. */
function counting() {
  const seen = { now: 0, most: 0, done: 0 }
  const work = async () => {
    seen.most = Math.max(seen.most, ++seen.now)
    await new Promise((resolve) => setTimeout(resolve, 300))
    seen.now--
    seen.done++
  }
  return { seen, work }
}

test('tabs without locks work one after the other', async () => {
  vi.stubGlobal('navigator', {})
  const { seen, work } = counting()
  const tabs = Array.from({ length: 5 }, () => alone('refresh', work))
  await vi.advanceTimersByTimeAsync(5_000)
  await Promise.all(tabs)
  expect(seen).toEqual({ now: 0, most: 1, done: 5 })
  expect(localStorage.length).toBe(0)
})

test('work that fails ends the lease, and another name is another lease', async () => {
  const failing = new Lease('refresh', localStorage).hold(() => Promise.reject(new Error('down')))
  const failed = expect(failing).rejects.toThrow('down')
  const { seen, work } = counting()
  const tabs = [
    new Lease('refresh', localStorage).hold(work),
    new Lease('merge', localStorage).hold(work),
  ]
  await vi.advanceTimersByTimeAsync(1_000)
  await Promise.all([failed, ...tabs])
  expect(seen.done).toBe(2)
})

test('a tab that was closed at work is waited for no longer than its term', async () => {
  void new Lease('refresh', localStorage).hold(() => new Promise(() => undefined))
  await vi.advanceTimersByTimeAsync(100)
  const { seen, work } = counting()
  const next = new Lease('refresh', localStorage).hold(work)
  await vi.advanceTimersByTimeAsync(term - 1_000)
  expect(seen.now + seen.done).toBe(0)
  await vi.advanceTimersByTimeAsync(2_000)
  await next
  expect(seen.done).toBe(1)
})

test('what cannot be read in the storage is nobody’s lease', async () => {
  localStorage.setItem('refresh.lease', '{')
  const { seen, work } = counting()
  const only = new Lease('refresh', localStorage).hold(work)
  await vi.advanceTimersByTimeAsync(1_000)
  await only
  expect(seen.done).toBe(1)
})
