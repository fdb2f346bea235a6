import type { PropsWithChildren } from 'react'
import { Provider } from 'urql'
import { servicesOf } from '../app/servicesOf'
import { apiOf } from '../graphql/api'
import { newClient } from '../graphql/client'
import { ServicesProvider } from '../services/services'
import { testPage } from './services'

/** A request as the router gets it. */
export interface Asked {
  name: string
  variables: Record<string, unknown>
  keepalive: boolean
}

/** The body of an answer; `lost` if the router carries out the request and no answer arrives. */
export type Reply = { data: object | null; errors?: object[] } | 'lost'

/** Replies by operation name, in order. The last one is the reply to all later requests, too. */
export type Replies = Record<string, (Reply | (() => Reply | Promise<Reply>))[]>

export const ada = 'trefoil_session=usr_ada.ses_1.Ada%20Lovelace'
export const grace = 'trefoil_session=usr_grace.ses_2.Grace%20Hopper'

/** The reply of the router when a subgraph does not answer. */
export function down(root: string, subgraph: string, code = 'SUBGRAPH_UNAVAILABLE'): Reply {
  const extensions = { code, subgraph, retryable: true }
  return { data: { [root]: null }, errors: [{ message: 'down', path: [root], extensions }] }
}

/** Cookies as a browser has them: a cookie written with Max-Age=0 is deleted. */
export function browserCookies(initial: string) {
  let value = initial
  return {
    get cookie() {
      return value
    },
    set cookie(text: string) {
      value = text.includes('Max-Age=0') ? '' : text
    },
  }
}

/** testShop returns a page of the storefront, and what it asks a router that replies like this. */
export function testShop(replies: Replies, cookies: { cookie: string } = browserCookies(ada)) {
  const asked: Asked[] = []
  const fetcher: typeof fetch = async (_url, options) => {
    const body = JSON.parse(options?.body as string) as {
      operationName: string
      variables?: Record<string, unknown>
    }
    const { operationName: name, variables = {} } = body
    asked.push({ name, variables, keepalive: options?.keepalive ?? false })
    const queue = replies[name] ?? []
    const next = queue.length > 1 ? queue.shift() : queue[0]
    const reply = typeof next === 'function' ? await next() : next
    if (!reply || reply === 'lost') throw new TypeError(`no answer to ${name}`)
    return new Response(JSON.stringify(reply), { headers: { 'content-type': 'application/json' } })
  }
  const page = testPage(cookies)
  if (page.session.snapshot().signedIn) page.session.renewed('2999-01-01T00:00:00.000Z')
  const services = servicesOf(page)
  const client = newClient(page.session, fetcher)
  const wrapper = ({ children }: PropsWithChildren) => (
    <ServicesProvider value={services}>
      <Provider value={client}>{children}</Provider>
    </ServicesProvider>
  )
  const named = (name: string) => asked.filter((request) => request.name === name)
  const { session } = page
  return { asked, named, cookies, session, services, client, api: apiOf(client), wrapper, replies }
}
