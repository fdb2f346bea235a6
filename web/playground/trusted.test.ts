import { expect, test } from 'vitest'
import { explainRefusal } from './trusted'

const refusal = (code: string) => ({ errors: [{ message: 'no', extensions: { code } }] })

test('a refusal of a document that is not trusted says what to do', async () => {
  const answer = Response.json(refusal('PERSISTED_QUERY_NOT_IN_LIST'), { status: 403 })
  const explained = await explainRefusal(answer)
  expect(explained.status).toBe(403)
  expect(await explained.json()).toEqual({
    errors: [
      {
        message: expect.stringContaining('TRUSTED=off') as string,
        extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' },
      },
    ],
  })
})

test.each([
  ['another refusal', () => Response.json(refusal('CSRF_REFUSED'), { status: 403 })],
  ['an answer that is not JSON', () => new Response('<h1>Forbidden</h1>', { status: 403 })],
  ['JSON that is no object', () => Response.json(null, { status: 403 })],
  ['a result', () => Response.json({ data: {} })],
])('%s stays as it is', async (_, make) => {
  const answer = await explainRefusal(make())
  expect([answer.status, await answer.text()]).toEqual([make().status, await make().text()])
})
