import { beforeEach, describe, expect, test, vi } from 'vitest'
import { SafeStorage } from './safeStorage'

beforeEach(() => localStorage.clear())

/** The storage of a browser that is out of space, where what is there can be read and removed. */
function full(): Storage {
  return {
    get length() {
      return localStorage.length
    },
    key: (index) => localStorage.key(index),
    getItem: (key) => localStorage.getItem(key),
    removeItem: (key) => localStorage.removeItem(key),
    clear: () => localStorage.clear(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
}

const forbidden = (): Storage => {
  throw new DOMException('forbidden', 'SecurityError')
}

describe.each([
  ['full', full],
  ['forbidden', forbidden],
  ['absent', () => undefined],
  ['null', () => null],
])('a storage that is %s', (_, open) => {
  test('holds values for as long as the page lives, and says so', () => {
    const subject = new SafeStorage(open)
    const heard = vi.fn()
    subject.subscribe(heard)
    expect(subject.getItem('a')).toBeNull()
    expect(subject.isLosing()).toBe(false)
    subject.setItem('a', '1')
    expect(subject.getItem('a')).toBe('1')
    expect(subject.keys()).toEqual(['a'])
    expect(subject.isLosing()).toBe(true)
    subject.removeItem('a')
    expect(subject.getItem('a')).toBeNull()
    expect(subject.isLosing()).toBe(false)
    expect(heard).toHaveBeenCalledTimes(2)
  })
})

test('an older value does not come back when a newer one cannot be kept', () => {
  localStorage.setItem('a', 'old')
  const subject = new SafeStorage(full)
  expect(subject.getItem('a')).toBe('old')
  subject.setItem('a', 'new')
  expect(subject.getItem('a')).toBe('new')
  expect(new SafeStorage(() => localStorage).getItem('a')).toBeNull()
})

test('a value is kept again when there is space again', () => {
  let space = false
  const subject = new SafeStorage(() => (space ? localStorage : full()))
  subject.setItem('a', '1')
  space = true
  subject.setItem('a', '2')
  expect(localStorage.getItem('a')).toBe('2')
  expect(subject.isLosing()).toBe(false)
})

test('a change in another tab is heard, and counts', () => {
  const subject = new SafeStorage(full)
  subject.setItem('a', 'mine')
  const heard = vi.fn()
  const stop = subject.onChange('a', heard)
  localStorage.setItem('a', 'theirs')
  window.dispatchEvent(new StorageEvent('storage', { key: 'b' }))
  expect(heard).not.toHaveBeenCalled()
  window.dispatchEvent(new StorageEvent('storage', { key: 'a' }))
  expect(subject.getItem('a')).toBe('theirs')
  stop()
  window.dispatchEvent(new StorageEvent('storage', { key: 'a' }))
  expect(heard).toHaveBeenCalledTimes(1)
})
