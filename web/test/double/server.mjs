/**
 * A stand-in for the router and its three services, for trying and testing pages without them:
 *
 *   node test/double/server.mjs [PORT]
 *   curl -X POST http://127.0.0.1:PORT/double/stop/product     (or start; product, order, user, router)
 *
 * Same schema, same errors: HTTP 200, a null for each field of a stopped service, an error with its exact
 * path and the extensions code, subgraph, retryable, requestId.
 */
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCatalogue } from './catalogue.mjs'
import { newShop } from './shop.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const schema = buildSchema(readFileSync(process.env.API_SCHEMA ?? here('../../../schema/api.graphqls'), 'utf8'))
const shop = newShop(readCatalogue(here('../../../subgraphs/product/seed/catalogue.yaml')))
const stopped = new Set()

function asks(subgraph, resolve) {
  return (parent, args, context) => {
    if (stopped.has(subgraph)) {
      const extensions = { code: 'SUBGRAPH_UNAVAILABLE', subgraph, retryable: true, requestId: context.requestId }
      throw new GraphQLError(`${subgraph} cannot be reached`, { extensions })
    }
    return resolve(parent, args, context)
  }
}

function own(resolve) {
  return asks('order', (_parent, args, context) => {
    if (!context.user) throw new GraphQLError('log in', { extensions: { code: 'UNAUTHENTICATED', subgraph: 'order' } })
    return resolve(context.user, args)
  })
}

const resolvers = {
  Query: {
    me: asks('user', (_parent, _args, { user }) => user),
    product: asks('product', (_parent, args) => shop.product(args)),
    products: asks('product', (_parent, args) => shop.products(args)),
    categories: asks('product', () => shop.categories()),
    basket: own((user) => shop.basketOf(user)),
    orders: own((user, args) => shop.ordersOf(user, args)),
    order: own((user, args) => shop.orderOf(user, args)),
  },
  Mutation: {
    register: asks('user', (_parent, args) => shop.register(args)),
    login: asks('user', (_parent, args, { cookies }) => shop.login(args, cookies)),
    refresh: asks('user', () => shop.refresh()),
    logout: asks('user', (_parent, _args, { token, cookies }) => shop.logout(token, cookies)),
    changeOrderItems: own((user, args) => shop.changeOrderItems(user, args)),
    placeOrder: own((user, args) => shop.placeOrder(user, args)),
  },
  User: {
    basket: own((user) => shop.basketOf(user)),
    orders: own((user, args) => shop.ordersOf(user, args)),
  },
  OrderItem: { product: asks('product', ({ productId }) => shop.product({ id: productId })) },
}
for (const [type, fields] of Object.entries(resolvers)) {
  for (const [name, resolve] of Object.entries(fields)) schema.getType(type).getFields()[name].resolve = resolve
}

async function answer(request, response) {
  let body = ''
  for await (const part of request) body += part
  const { query, variables, operationName } = JSON.parse(body)
  const document = parse(query)
  const errors = validate(schema, document)
  const token = /trefoil_access=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  const cookies = {
    set: (all) => response.setHeader('Set-Cookie', Object.entries(all).map(([name, value]) => `${name}=${value}; Path=/; SameSite=Lax`)),
  }
  const contextValue = { user: shop.userOf(token), token, cookies, requestId: randomUUID() }
  const result = errors.length > 0 ? { errors } : await execute({ schema, document, variableValues: variables, operationName, contextValue })
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(result))
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.ttf': 'font/ttf' }

function page(url, response) {
  const name = normalize(url.pathname).slice(1)
  const file = [name, name === 'playground' ? 'playground.html' : 'index.html'].map((each) => here(join('../../dist', each)))
  const found = extname(name) ? file[0] : file[1]
  response.statusCode = existsSync(found) ? 200 : 404
  response.setHeader('Content-Type', types[extname(found)] ?? 'application/octet-stream')
  response.end(existsSync(found) ? readFileSync(found) : '')
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1')
  const [, double, action, service] = url.pathname.split('/')
  if (double === 'double') {
    stopped[action === 'stop' ? 'add' : 'delete'](service)
    response.end(`${[...stopped].join(' ')}\n`)
  } else if (url.pathname !== '/graphql') page(url, response)
  else if (stopped.has('router')) response.destroy()
  else void answer(request, response)
})
server.listen(Number(process.argv[2] ?? 4000), '127.0.0.1')
