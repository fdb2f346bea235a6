import { gql, type OperationResult, type OperationResultSource } from '@urql/core'
import { buildSchema } from 'graphql'
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { BasketDocument } from '../basket/documents'
import { testSession } from '../testing/services'
import { MeDocument } from '../session/documents'
import { asksForIdentity, open } from './auth'
import { newClient } from './client'

type Body = { query: string; operationName?: string }
type Answer = { data?: unknown; errors?: unknown[] }

let cookies: { cookie: string }
let asked: string[]

beforeEach(() => {
  localStorage.clear()
  asked = []
  cookies = { cookie: 'trefoil_session=usr_1.ses_1.Ada' }
})

/**
 * A router that answers by operation, one answer after the other; the last goes on. `meanwhile`
 * runs before each.
 */
function clientOf(
  answers: Record<string, Answer[]>,
  meanwhile: (name: string) => unknown = () => undefined,
) {
  const jar = cookies
  const session = testSession({
    get cookie() {
      return jar.cookie
    },
    set cookie(value) {
      if (value.includes('Max-Age=0')) jar.cookie = ''
    },
  })
  session.renewed(new Date(Date.now() + 600_000).toISOString())
  const fetcher = vi.fn<typeof fetch>((_url, options) => {
    const { operationName = '' } = JSON.parse(options?.body as string) as Body
    asked.push(operationName)
    meanwhile(operationName)
    const queue = answers[operationName] ?? []
    const answer = queue.length > 1 ? queue.shift() : queue[0]
    return Promise.resolve(
      new Response(JSON.stringify(answer ?? {}), {
        headers: { 'content-type': 'application/json' },
      }),
    )
  })
  return { session, client: newClient(session, fetcher) }
}

const refused = (root: string): Answer => ({
  data: { [root]: null },
  errors: [
    { message: 'log in', path: [root], extensions: { code: 'UNAUTHENTICATED', subgraph: 'order' } },
  ],
})
/** The router does not send a request without a valid token to a service that would refuse it. */
const refusedByRouter = (root: string): Answer => ({
  data: { [root]: null },
  errors: [
    {
      message: 'sign in',
      path: [root],
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'UNAUTHENTICATED' },
    },
  ],
})
const basket = {
  __typename: 'Order',
  id: 'ord_1',
  version: 1,
  totalQuantity: 2,
  problems: [],
  total: { __typename: 'Money', amountMinor: 100, currency: 'EUR', decimal: '1.00' },
  items: [],
}
const renewed: Answer = {
  data: {
    refresh: { __typename: 'RefreshPayload', expiresAt: '2999-01-01T00:00:00.000Z', errors: [] },
  },
}
const ended: Answer = {
  data: {
    refresh: {
      __typename: 'RefreshPayload',
      expiresAt: null,
      errors: [{ __typename: 'SessionEnded' }],
    },
  },
}
const unavailable: Answer = {
  data: { refresh: null },
  errors: [
    {
      message: 'down',
      path: ['refresh'],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'user', retryable: true },
    },
  ],
}

describe('a refused request', () => {
  test.each([
    ['a service', refused],
    ['the router', refusedByRouter],
  ])('by %s is sent again after one refresh', async (_by, refusedBy) => {
    const { client, session } = clientOf({
      Basket: [refusedBy('basket'), { data: { basket } }],
      Refresh: [renewed],
    })
    const { data, error } = await client.query(BasketDocument, {}).toPromise()
    expect(error).toBeUndefined()
    expect(data?.basket).toBeTruthy()
    expect(asked).toEqual(['Basket', 'Refresh', 'Basket'])
    expect(session.expiresAt()).toBe('2999-01-01T00:00:00.000Z')
  })

  test('ends the session when it cannot be renewed because it is over', async () => {
    const { client, session } = clientOf({ Basket: [refused('basket')], Refresh: [ended] })
    await client.query(BasketDocument, {}).toPromise()
    expect(session.snapshot().signedIn).toBe(false)
    expect(asked.filter((name) => name === 'Refresh')).toHaveLength(1)
  })

  test('leaves the session alone when nobody can renew it', async () => {
    const { client, session } = clientOf({ Basket: [refused('basket')], Refresh: [unavailable] })
    const { error } = await client.query(BasketDocument, {}).toPromise()
    expect(session.snapshot().signedIn).toBe(true)
    expect(error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED')
  })

  test('of a guest is not renewed', async () => {
    cookies.cookie = ''
    const { client } = clientOf({ Basket: [refused('basket')] })
    await client.query(BasketDocument, {}).toPromise()
    expect(asked).toEqual(['Basket'])
  })
})

test('what answers to everybody does not wait for a refresh', async () => {
  const { client, session } = clientOf({
    Basket: [{ data: { basket } }],
    Categories: [{ data: { categories: [] } }],
    Refresh: [{ data: null }],
  })
  session.renewed(new Date(0).toISOString())
  vi.spyOn(session, 'needsRefresh').mockReturnValue(true)
  await client
    .query(
      gql`
        query Categories {
          categories {
            id
          }
        }
      `,
      {},
    )
    .toPromise()
  expect(asked).toEqual(['Categories'])
  await client.query(MeDocument, {}).toPromise()
  expect(asked.slice(1)).toEqual(['Refresh', 'Me'])
})

describe('what needs a token', () => {
  const schema = buildSchema(readFileSync('../schema/api.graphqls', 'utf8'))
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  )

  test('is every root field of the schema that is not said to be open', () => {
    expect([...open].filter((name) => !fields.some((field) => field.name === name))).toEqual([])
    for (const name of ['cancelOrder', 'drafts', 'changePassword', 'revokeSession', 'advanceOrder'])
      expect(open).not.toContain(name)
    expect(
      asksForIdentity({
        query: gql`
          {
            categories {
              id
            }
            ...More
          }
          fragment More on Query {
            me {
              id
            }
          }
        `,
      }),
    ).toBe(true)
    expect(
      asksForIdentity({
        query: gql`
          {
            categories {
              id
            }
            ... {
              me {
                id
              }
            }
          }
        `,
      }),
    ).toBe(true)
    expect(
      asksForIdentity({
        query: gql`
          {
            categories {
              id
            }
            products {
              totalCount
            }
          }
        `,
      }),
    ).toBe(false)
  })

  test.each(['drafts', 'invented'])(
    '%s is renewed first when the access token has run out',
    async (field) => {
      const { client, session } = clientOf({
        Asked: [{ data: { [field]: null } }],
        Refresh: [renewed],
      })
      vi.spyOn(session, 'needsRefresh').mockReturnValueOnce(true)
      await client.query(gql`query Asked { ${field} { id } }`, {}).toPromise()
      expect(asked).toEqual(['Refresh', 'Asked'])
    },
  )
})

test('a null with an error is not kept: the next reader asks again', async () => {
  const failing: Answer = {
    data: { basket: null },
    errors: [
      {
        message: 'down',
        path: ['basket'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'order', retryable: true },
      },
    ],
  }
  const { client } = clientOf({ Basket: [failing, { data: { basket } }] })
  const first = await client.query(BasketDocument, {}).toPromise()
  expect(first.data?.basket ?? null).toBeNull()
  expect(first.error).toBeDefined()
  const second = await client.query(BasketDocument, {}).toPromise()
  expect(second.data?.basket).toBeTruthy()
  expect(asked).toHaveLength(2)
})

describe('a client of one person', () => {
  const grace = 'trefoil_session=usr_2.ses_2.Ada'
  const cancelOrder = gql`
    mutation Cancel {
      cancelOrder(input: { orderId: "ord_1", expectedVersion: 1 }) {
        order {
          id
        }
      }
    }
  `

  test.each(['query', 'mutation'] as const)(
    'sends no %s while another is at the browser',
    async (kind) => {
      const { client, session } = clientOf({ Basket: [{ data: { basket } }] })
      cookies.cookie = grace
      const mutation = client.mutation<unknown>(cancelOrder, {})
      const asking: OperationResultSource<OperationResult<unknown>> =
        kind === 'query' ? client.query(BasketDocument, {}) : mutation
      const { data, error } = await asking.toPromise()
      expect(data).toBeUndefined()
      expect(error?.networkError?.message).toBe('somebody else is logged in')
      expect(asked).toEqual([])
      expect(session.snapshot().owner).toEqual({ user: 'usr_2', session: 'ses_2' })
    },
  )

  test('takes no answer that comes when another is at the browser', async () => {
    const { client, session } = clientOf(
      { Basket: [{ data: { basket } }] },
      () => (cookies.cookie = grace),
    )
    const { data, error } = await client.query(BasketDocument, {}).toPromise()
    expect(data).toBeUndefined()
    expect(error?.networkError?.message).toBe('somebody else is logged in')
    expect(client.readQuery(BasketDocument, {})?.data ?? null).toBeNull()
    expect(session.snapshot().owner?.user).toBe('usr_2')
  })

  test('takes the answers that bring the next person’s cookies', async () => {
    cookies.cookie = ''
    const { client } = clientOf(
      { Login: [{ data: { login: null } }] },
      () => (cookies.cookie = grace),
    )
    const { error }: OperationResult = await client
      .mutation(
        gql`
          mutation Login {
            login {
              expiresAt
            }
          }
        `,
        {},
      )
      .toPromise()
    expect(error).toBeUndefined()
  })

  test('does not renew the next person’s session', async () => {
    const { client, session } = clientOf(
      { Basket: [refused('basket')], Refresh: [ended] },
      (name) => {
        if (name === 'Basket') cookies.cookie = grace
      },
    )
    await client.query(BasketDocument, {}).toPromise()
    expect(asked).toEqual(['Basket'])
    expect(session.snapshot().owner?.user).toBe('usr_2')
  })
})

test('a session that is refused and cannot be renewed is refused until it is', async () => {
  const { client, session } = clientOf({
    Basket: [refused('basket')],
    Refresh: [unavailable, renewed],
  })
  const look = () => client.query(BasketDocument, {}, { requestPolicy: 'network-only' }).toPromise()
  await look()
  expect(session.snapshot()).toMatchObject({ signedIn: true, isRefused: true, epoch: 0 })
  session.renewed(new Date().toISOString())
  expect(session.snapshot().isRefused).toBe(false)
})

test('a session that was ended elsewhere ends here when the shop knows of nobody', async () => {
  const { client, session } = clientOf({ Me: [{ data: { me: null } }], Refresh: [ended] })
  await client.query(MeDocument, {}).toPromise()
  await expect.poll(() => session.snapshot().signedIn).toBe(false)
  expect(asked).toEqual(['Me', 'Refresh'])
})
