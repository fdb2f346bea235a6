import { getOperationAST, type DocumentNode } from 'graphql'
import * as documents from '../src/gql/graphql'
import { newClient } from '../src/graphql/client'
import { Session } from '../src/session/session'
import { SafeStorage } from '../src/storage/safeStorage'

/** An operation of the storefront, with the text that the storefront sends. */
export interface Sent {
  name: string
  type: string
  body: string
}

/**
 * sent returns all operations of the storefront. The storefront's own client sends each of them to
 * nobody, because the client changes the documents that it sends: it asks for more __typename.
 */
export async function sent(): Promise<Sent[]> {
  const operations: Sent[] = []
  for (const document of Object.values<DocumentNode>(documents)) {
    const operation = getOperationAST(document)
    if (!operation) continue // the document is a fragment
    const name = operation.name?.value ?? ''
    const type = operation.operation
    operations.push({ name, type, body: await textOf(document, type) })
  }
  return operations
}

async function textOf(document: DocumentNode, type: string): Promise<string> {
  const texts: string[] = []
  const client = newClient(guest(), (_url, options) => {
    texts.push((JSON.parse(options?.body as string) as { query: string }).query)
    return Promise.resolve(Response.json({}))
  })
  if (type === 'mutation') await client.mutation(document, {}).toPromise()
  else await client.query(document, {}).toPromise()
  const [text, ...others] = texts
  if (text === undefined || others.length > 0)
    throw new Error(`the client sent ${texts.length} requests for one operation: ${texts.join()}`)
  return text
}

function guest(): Session {
  const storage = new SafeStorage(() => undefined)
  return new Session({ cookies: { cookie: '' }, storage, tabStorage: storage, now: Date.now })
}
