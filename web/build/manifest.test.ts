import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, Kind, parse, validate, type DocumentNode } from 'graphql'
import { expect, test, vi } from 'vitest'
import * as documents from '../src/gql/graphql'
import { newClient } from '../src/graphql/client'
import { testSession } from '../src/testing/services'
import { manifestOf } from './manifest'
import { sent } from './sent'

const operations = await sent()
const bodies = new Map(operations.map(({ name, body }) => [name, body]))

/** All texts that a client sends for an operation whose session has an expired token. */
async function textsOf(name: string, type: string): Promise<string[]> {
  const session = testSession({ cookie: 'trefoil_session=usr_1.ses_1.Ada' })
  vi.spyOn(session, 'needsRefresh').mockReturnValueOnce(true)
  const texts: string[] = []
  const client = newClient(session, (_url, options) => {
    texts.push((JSON.parse(options?.body as string) as { query: string }).query)
    return Promise.resolve(Response.json({}))
  })
  const document = Object.entries<DocumentNode>(documents).find(([of]) => of === `${name}Document`)
  if (!document) throw new Error(`${name} is not in src/gql`)
  if (type === 'mutation') await client.mutation(document[1], {}).toPromise()
  else await client.query(document[1], {}).toPromise()
  return texts
}

test('the manifest has every operation in the sources of the storefront', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  const written = files
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|^gql\//.test(file))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^\s*(?:query|mutation|subscription) (\w+)\s*[({]/gm)])
    .map(([, name]) => name)
  expect(written.length).toBeGreaterThan(0)
  expect([...bodies.keys()].toSorted()).toEqual(written.toSorted())
})

test.each(operations)('$name is sent as the manifest has it', async ({ name, type, body }) => {
  const texts = await textsOf(name, type)
  expect(texts.at(-1)).toBe(body)
  for (const text of texts) expect([...bodies.values()]).toContain(text)
})

test('a refresh before another request is sent as the manifest has it', async () => {
  const texts = await textsOf('Me', 'query')
  expect(texts).toEqual([bodies.get('Refresh'), bodies.get('Me')])
})

test('the manifest has the format that the router reads', () => {
  const schema = buildSchema(readFileSync('../schema/api.graphqls', 'utf8'))
  const manifest = JSON.parse(manifestOf(operations)) as {
    format: string
    version: number
    operations: { id: string; name: string; type: string; body: string }[]
  }
  expect(manifest).toMatchObject({ format: 'apollo-persisted-query-manifest', version: 1 })
  for (const { id, name, type, body } of manifest.operations) {
    expect(id).toBe(createHash('sha256').update(body).digest('hex'))
    const document = parse(body)
    expect(validate(schema, document)).toEqual([])
    const [operation] = document.definitions
    expect(operation).toMatchObject({
      kind: Kind.OPERATION_DEFINITION,
      operation: type,
      name: { value: name },
    })
  }
})
