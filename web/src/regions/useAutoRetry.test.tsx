import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { retryDelay } from './backoff'
import { useAutoRetry } from './useAutoRetry'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  look(true)
})

function look(visible: boolean) {
  Object.defineProperty(document, 'hidden', { configurable: true, value: !visible })
  document.dispatchEvent(new Event('visibilitychange'))
}

const pass = (milliseconds: number) =>
  act(() => {
    vi.advanceTimersByTime(milliseconds)
  })

test('waits double as long each time, up to half a minute, and half of it is chance', () => {
  const delays = (random: number) =>
    [0, 1, 2, 3, 4, 9].map((attempt) => retryDelay(attempt, () => random))
  expect(delays(0)).toEqual([2_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  expect(delays(1)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test('tries again after two seconds, and not at all when nothing fails', () => {
  const retry = vi.fn()
  const { rerender } = renderHook(({ failing }) => useAutoRetry(failing, retry), {
    initialProps: { failing: false },
  })
  pass(60_000)
  expect(retry).not.toHaveBeenCalled()

  rerender({ failing: true })
  pass(1_999)
  expect(retry).not.toHaveBeenCalled()
  pass(1)
  expect(retry).toHaveBeenCalledTimes(1)

  rerender({ failing: false })
  pass(60_000)
  expect(retry).toHaveBeenCalledTimes(1)
})

test('goes on for as long as it fails', () => {
  const retry = vi.fn()
  renderHook(() => useAutoRetry(true, retry))
  pass(2_000 + 4_000 + 8_000 + 16_000 + 30_000)
  expect(retry.mock.calls.length).toBeGreaterThanOrEqual(5)
})

test('is quiet while nobody looks, and starts anew when somebody does', () => {
  const retry = vi.fn()
  renderHook(() => useAutoRetry(true, retry))
  look(false)
  pass(600_000)
  expect(retry).not.toHaveBeenCalled()
  look(true)
  pass(2_000)
  expect(retry).toHaveBeenCalledTimes(1)
})

test('stops with its component', () => {
  const retry = vi.fn()
  renderHook(() => useAutoRetry(true, retry)).unmount()
  pass(60_000)
  expect(retry).not.toHaveBeenCalled()
})
