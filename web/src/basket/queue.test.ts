import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BasketQueue, wished, type Change, type Outcome } from './queue'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A server that answers when told to. */
function server() {
  const requests: {
    changes: Change[]
    key: string
    answer: (outcome: Outcome) => Promise<void>
  }[] = []
  const send = (changes: Change[], key: string) =>
    new Promise<Outcome>((resolve) => {
      const answer = async (outcome: Outcome) => {
        resolve(outcome)
        await vi.advanceTimersByTimeAsync(0)
      }
      requests.push({ changes, key, answer })
    })
  const keep = vi.fn()
  return { requests, keep, queue: new BasketQueue({ send, keep }) }
}

const mug = (quantity: number) => ({ productId: 'mug', title: 'Mug', quantity })
const pen = (quantity: number) => ({ productId: 'pen', title: 'Pen', quantity })
const done: Outcome = { refusals: [] }
const unavailable: Outcome = {
  fault: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'order', retryable: true },
}

describe('the basket queue', () => {
  test('sends the last of several clicks on a stepper', async () => {
    const { queue, requests } = server()
    for (const quantity of [2, 3, 4]) queue.set(mug(quantity))
    await vi.advanceTimersByTimeAsync(299)
    expect(requests).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(requests.map(({ changes }) => changes)).toEqual([
      [{ action: 'SET', productId: 'mug', quantity: 4 }],
    ])
  })

  test('does not wait for more clicks when the page is about to go', async () => {
    const { queue, requests } = server()
    queue.set(mug(4))
    queue.hurry()
    expect(requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(requests).toHaveLength(1)
  })

  test('shows the wish until the server has answered', async () => {
    const { queue, requests } = server()
    queue.set(mug(4))
    expect(wished(queue.snapshot().open.get('mug'), 1)).toBe(4)
    await vi.advanceTimersByTimeAsync(300)
    expect(wished(queue.snapshot().open.get('mug'), 1)).toBe(4)
    await requests[0]?.answer(done)
    expect(queue.snapshot().open.size).toBe(0)
  })

  test('has one request under way, and the newest wish in the next', async () => {
    const { queue, requests } = server()
    queue.set(mug(2))
    await vi.advanceTimersByTimeAsync(300)
    queue.set(mug(3))
    queue.set(pen(1))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(requests).toHaveLength(1)
    expect(wished(queue.snapshot().open.get('mug'), 1)).toBe(3)

    await requests[0]?.answer(done)
    expect(requests[1]?.changes).toEqual([
      { action: 'SET', productId: 'mug', quantity: 3 },
      { action: 'SET', productId: 'pen', quantity: 1 },
    ])
  })

  test('adds up what is added', async () => {
    const { queue, requests } = server()
    queue.add(mug(1))
    queue.add(mug(2))
    await vi.advanceTimersByTimeAsync(0)
    expect(requests[0]?.changes).toEqual([{ action: 'ADD', productId: 'mug', quantity: 3 }])
    expect(wished(queue.snapshot().open.get('mug'), 4)).toBe(7)
  })

  test('counts the pieces that the server has added', async () => {
    const { queue, requests } = server()
    queue.add(mug(1))
    await vi.advanceTimersByTimeAsync(0)
    queue.add(mug(1))
    expect(wished(queue.snapshot().open.get('mug'), 4)).toBe(6)
    await requests[0]?.answer(done)
    await requests[1]?.answer(done)
    expect(queue.snapshot().added.get('mug')).toBe(2)

    queue.set(mug(9))
    await vi.advanceTimersByTimeAsync(300)
    await requests[2]?.answer(done)
    queue.add(mug(99))
    await vi.advanceTimersByTimeAsync(0)
    await requests[3]?.answer({ refusals: [{ productId: 'mug', message: 'Too many.' }] })
    expect(queue.snapshot().added.get('mug')).toBe(2)
  })

  test('sends an addition again together with a later one', async () => {
    const { queue, requests } = server()
    queue.add(mug(99))
    queue.add(pen(1))
    await vi.advanceTimersByTimeAsync(0)
    queue.add(pen(2))
    await requests[0]?.answer({ refusals: [{ productId: 'mug', message: 'Too many.' }] })
    expect(requests[1]?.changes).toEqual([{ action: 'ADD', productId: 'pen', quantity: 3 }])
  })

  test('sends again what the server did not object to', async () => {
    const { queue, requests } = server()
    queue.set(mug(99))
    queue.set(pen(2))
    await vi.advanceTimersByTimeAsync(300)
    await requests[0]?.answer({
      refusals: [{ productId: 'mug', message: 'One order holds at most 20 of this.' }],
    })
    expect(queue.snapshot().message).toBe('One order holds at most 20 of this.')
    expect(queue.snapshot().open.has('mug')).toBe(false)
    expect(requests[1]?.changes).toEqual([{ action: 'SET', productId: 'pen', quantity: 2 }])
    await requests[1]?.answer(done)
    expect(queue.snapshot().message).toBe('One order holds at most 20 of this.')
  })

  test('keeps what could not be added, and sends no quantity twice', async () => {
    const { queue, requests, keep } = server()
    queue.add(mug(2))
    queue.set(pen(5))
    await vi.advanceTimersByTimeAsync(300)
    await requests[0]?.answer(unavailable)
    expect(keep.mock.calls).toEqual([[{ key: requests[0]?.key, lines: [mug(2)] }]])
    expect(queue.snapshot().open.size).toBe(0)
    expect(queue.snapshot().message).toContain('Please check its contents')
  })

  test('keeps what may have been added, under the key of the change', async () => {
    const { queue, requests, keep } = server()
    queue.add(mug(2))
    await vi.advanceTimersByTimeAsync(0)
    await requests[0]?.answer({ fault: { code: 'TIMEOUT', subgraph: 'order', retryable: false } })
    expect(keep.mock.calls).toEqual([[{ key: requests[0]?.key, lines: [mug(2)] }]])
    expect(queue.snapshot().message).toBe('')
    queue.add(mug(1))
    await vi.advanceTimersByTimeAsync(0)
    expect(requests[1]?.key).not.toBe(requests[0]?.key)
  })

  test('keeps nothing when it would not get better', async () => {
    const { queue, requests, keep } = server()
    queue.add(mug(2))
    await vi.advanceTimersByTimeAsync(0)
    await requests[0]?.answer({ fault: { code: 'INTERNAL', subgraph: 'order', retryable: false } })
    expect(keep).not.toHaveBeenCalled()
    expect(queue.snapshot().message).toContain('Please check')
  })
})
