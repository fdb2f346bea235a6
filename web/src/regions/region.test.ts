import { CombinedError } from '@urql/core'
import { describe, expect, test } from 'vitest'
import { faultsOf, type Fault } from './fault'
import { faultIn, regionOf } from './region'

const down = (subgraph: string, ...path: (string | number)[]): Fault => ({
  code: 'SUBGRAPH_UNAVAILABLE',
  subgraph,
  retryable: true,
  path,
})
const settled = (data: unknown, ...faults: Fault[]) => ({ data, fetching: false, faults })

describe('a region', () => {
  test('is loading until there is an answer', () => {
    expect(regionOf({ data: undefined, fetching: true, faults: [] }, ['basket'])).toEqual({
      state: 'loading',
    })
  })

  test('is empty when its null has no error', () => {
    expect(regionOf(settled({ basket: null }), ['basket'])).toEqual({ state: 'empty' })
  })

  test('is degraded when its null has an error', () => {
    const fault = down('order', 'basket')
    expect(regionOf(settled({ basket: null }, fault), ['basket'])).toEqual({
      state: 'degraded',
      fault,
    })
  })

  test('is degraded by an error above it, and by one below that nulled it', () => {
    const above = down('user', 'me')
    expect(regionOf(settled({ me: null }, above), ['me', 'orders'])).toEqual({
      state: 'degraded',
      fault: above,
    })
    const below = down('order', 'orders', 'nodes', 0, 'total')
    expect(regionOf(settled({ orders: null }, below), ['orders'])).toEqual({
      state: 'degraded',
      fault: below,
    })
  })

  test('is empty when the error beside it is of another region', () => {
    const answer = settled({ me: { basket: null, orders: null } }, down('order', 'me', 'orders'))
    expect(regionOf(answer, ['me', 'basket'])).toEqual({ state: 'empty' })
    expect(regionOf(answer, ['me', 'orders'])).toMatchObject({ state: 'degraded' })
  })

  test('is not confused by a name that begins like its own', () => {
    expect(
      regionOf(settled({ orders: null, order: null }, down('order', 'orders')), ['order']),
    ).toEqual({ state: 'empty' })
  })

  test('is ready with holes when an error is deeper inside', () => {
    const hole = down('product', 'basket', 'items', 0, 'product')
    const basket = { items: [{ product: null }] }
    const region = regionOf(settled({ basket }, hole), ['basket'])
    expect(region).toEqual({ state: 'ready', data: basket, missing: [hole] })
    expect(faultIn(region)).toBe(hole)
  })

  test('is degraded by an error without a path, and by silence', () => {
    const silence = { code: 'UNREACHABLE', retryable: true }
    expect(regionOf(settled(undefined, silence), ['products'])).toEqual({
      state: 'degraded',
      fault: silence,
    })
  })

  test('shows its last good copy in place of what is not known, and never in place of nothing', () => {
    const copy = { data: { totalQuantity: 2 }, at: 1_000 }
    const fault = down('order', 'basket')
    expect(regionOf(settled({ basket: null }, fault), ['basket'], copy)).toEqual({
      state: 'stale',
      data: copy.data,
      since: 1_000,
      fault,
    })
    expect(regionOf(settled({ basket: null }), ['basket'], copy)).toEqual({ state: 'empty' })
  })
})

describe('faults', () => {
  test('come from the extensions', () => {
    const error = new CombinedError({
      graphQLErrors: [
        {
          message: 'no answer',
          path: ['me', 'orders'],
          extensions: { code: 'TIMEOUT', subgraph: 'order', retryable: true, requestId: 'r1' },
        },
      ],
    })
    expect(faultsOf(error)).toEqual([
      {
        code: 'TIMEOUT',
        subgraph: 'order',
        retryable: true,
        requestId: 'r1',
        path: ['me', 'orders'],
      },
    ])
  })

  test('are retried when a service says that its database is away', () => {
    const error = new CombinedError({
      graphQLErrors: [
        {
          message: 'not now',
          path: ['basket'],
          extensions: { code: 'SERVICE_UNAVAILABLE', subgraph: 'order' },
        },
      ],
    })
    expect(faultsOf(error).map(({ code, retryable }) => [code, retryable])).toEqual([
      ['SERVICE_UNAVAILABLE', true],
    ])
  })

  test('are not retried when nothing says that they pass', () => {
    const error = new CombinedError({
      graphQLErrors: [
        { message: 'not yours', extensions: { code: 'FORBIDDEN' } },
        {
          message: 'not yours',
          extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'FORBIDDEN' },
        },
        { message: '?' },
      ],
    })
    expect(faultsOf(error).map(({ code, retryable }) => [code, retryable])).toEqual([
      ['FORBIDDEN', false],
      ['FORBIDDEN', false],
      ['INTERNAL', false],
    ])
  })

  test('are one when nobody answers', () => {
    expect(faultsOf(new CombinedError({ networkError: new Error('refused') }))).toEqual([
      { code: 'UNREACHABLE', retryable: true },
    ])
    expect(faultsOf(undefined)).toEqual([])
  })
})
