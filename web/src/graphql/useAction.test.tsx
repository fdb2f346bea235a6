import { act, renderHook } from '@testing-library/react'
import { Client, fetchExchange } from '@urql/core'
import { expect, test, vi } from 'vitest'
import { Provider } from 'urql'
import type { Api } from './api'
import { useAction } from './useAction'

const client = new Client({ url: '/graphql', preferGetMethod: false, exchanges: [fetchExchange] })

/** Does something, and waits until React has rendered what follows. */
const afterwards = (something: () => unknown) =>
  act(() => {
    something()
    return Promise.resolve()
  })

/** A hook whose work ends when the test says so. */
function waiting() {
  const ends: { resolve: (outcome: string) => void; reject: (error: Error) => void }[] = []
  const work = vi.fn<(api: Api, name: string) => Promise<string>>(
    () => new Promise((resolve, reject) => ends.push({ resolve, reject })),
  )
  const { result, rerender } = renderHook(({ work }) => useAction(work), {
    initialProps: { work },
    wrapper: ({ children }) => <Provider value={client}>{children}</Provider>,
  })
  return { ends, work, result, rerender }
}

test('an action is pending until its work ends, and has its outcome then', async () => {
  const { ends, result } = waiting()
  expect(result.current).toMatchObject({ isPending: false, outcome: undefined })
  let returned: Promise<string | undefined> | undefined
  act(() => void (returned = result.current.run('a')))
  expect(result.current).toMatchObject({ isPending: true, outcome: undefined })
  await afterwards(() => ends[0]?.resolve('done'))
  expect(result.current).toMatchObject({ isPending: false, outcome: 'done' })
  expect(await returned).toBe('done')
})

test('the second click of a double click does nothing, and a later click runs again', async () => {
  const { ends, work, result } = waiting()
  const { run } = result.current
  act(() => {
    void run('a')
    void run('b')
  })
  expect(await run('c')).toBeUndefined()
  expect(work.mock.calls.map(([, name]) => name)).toEqual(['a'])
  await afterwards(() => ends[0]?.resolve('first'))
  act(() => void run('d'))
  expect(result.current).toMatchObject({ isPending: true, outcome: 'first' })
  await afterwards(() => ends[1]?.resolve('second'))
  expect(result.current.outcome).toBe('second')
  expect(work).toHaveBeenCalledTimes(2)
})

test('an action that throws is not pending any more, and keeps its last outcome', async () => {
  const { ends, result } = waiting()
  act(() => void result.current.run('a'))
  await afterwards(() => ends[0]?.resolve('first'))
  let failed: Promise<unknown> = Promise.resolve()
  act(() => void (failed = expect(result.current.run('b')).rejects.toThrow('a bug')))
  await afterwards(() => ends[1]?.reject(new Error('a bug')))
  await failed
  expect(result.current).toMatchObject({ isPending: false, outcome: 'first' })
})

test('run stays the same function, and runs the work of the latest render', async () => {
  const { result, rerender } = waiting()
  const { run } = result.current
  rerender({ work: vi.fn(() => Promise.resolve('newer')) })
  expect(result.current.run).toBe(run)
  await act(() => run('a'))
  expect(result.current.outcome).toBe('newer')
})
