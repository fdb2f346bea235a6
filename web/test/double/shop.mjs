import { randomUUID } from 'node:crypto'

/** A shop in memory behind one schema, as far as pages can tell it from the real one. */
export function newShop(catalogue) {
  const users = new Map()
  const sessions = new Map()
  const orders = []
  return { ...shelves(catalogue), ...people(users, sessions), ...baskets(catalogue, orders) }
}

const money = (amountMinor) => ({ amountMinor, currency: 'EUR', decimal: (amountMinor / 100).toFixed(2) })

const orderings = {
  NAME_ASC: (a, b) => a.title.localeCompare(b.title),
  NAME_DESC: (a, b) => b.title.localeCompare(a.title),
  PRICE_ASC: (a, b) => a.price.amountMinor - b.price.amountMinor,
  PRICE_DESC: (a, b) => b.price.amountMinor - a.price.amountMinor,
  NEWEST: (a, b) => b.createdAt.localeCompare(a.createdAt),
}

function shelves({ products, categories }) {
  return {
    categories: () => categories,
    product: ({ id, slug }) => products.find((product) => product.id === id || product.slug === slug) ?? null,
    products({ first, after, filter, sort }) {
      const words = (filter?.search ?? '').toLowerCase().split(/\s+/).filter(Boolean)
      const found = products
        .filter(({ category }) => !filter?.category || category.slug === filter.category)
        .filter(({ title, description }) => words.every((word) => `${title} ${description}`.toLowerCase().includes(word)))
        .sort(orderings[sort])
      return connection(found, first, after)
    },
  }
}

function connection(all, first, after) {
  const from = after ? all.findIndex(({ id }) => id === after) + 1 : 0
  const nodes = all.slice(from, from + first)
  return {
    nodes,
    edges: nodes.map((node) => ({ cursor: node.id, node })),
    totalCount: all.length,
    pageInfo: {
      hasNextPage: from + first < all.length,
      hasPreviousPage: from > 0,
      startCursor: nodes[0]?.id ?? null,
      endCursor: nodes.at(-1)?.id ?? null,
    },
  }
}

const refused = (__typename, message, rest = {}) => ({ __typename, code: __typename, message, path: null, ...rest })

function people(users, sessions) {
  return {
    userOf: (token) => sessions.get(token) ?? null,
    register({ input }) {
      const taken = [...users.values()]
      const errors = []
      if (taken.some(({ username }) => username === input.username)) {
        errors.push(refused('UsernameTaken', 'This username is taken.', { path: ['input', 'username'] }))
      }
      if (input.password.length < 10) {
        errors.push(refused('WeakPassword', 'The password needs 10 characters or more.', { path: ['input', 'password'] }))
      }
      if (errors.length > 0) return { user: null, errors }
      const user = {
        ...input,
        id: `usr_${randomUUID()}`,
        displayName: `${input.firstName} ${input.lastName}`,
        createdAt: new Date().toISOString(),
      }
      users.set(user.id, user)
      return { user, errors: [] }
    },
    login({ input: { login, password } }, cookies) {
      const user = [...users.values()].find(({ username, email }) => username === login || email === login)
      if (user?.password !== password) return { user: null, errors: [refused('InvalidCredentials', 'Unknown user or wrong password.')] }
      const token = randomUUID()
      sessions.set(token, user)
      cookies.set({ trefoil_access: `${token}; HttpOnly`, trefoil_session: encodeURIComponent(user.displayName) })
      return { user, expiresAt: new Date(Date.now() + 600_000).toISOString(), errors: [] }
    },
    refresh: () => ({ user: null, token: null, expiresAt: null, errors: [refused('SessionEnded', 'Log in again.')] }),
    logout(token, cookies) {
      cookies.set({ trefoil_access: '; Max-Age=0', trefoil_session: '; Max-Age=0' })
      return { endedSessions: sessions.delete(token) ? 1 : 0 }
    },
  }
}

function baskets({ products }, orders) {
  const basketOf = (user) => orders.find((order) => order.owner === user.id && order.status === 'DRAFT') ?? null
  const placedOf = (user) => orders.filter((order) => order.owner === user.id && order.status !== 'DRAFT').reverse()
  return {
    basketOf,
    ordersOf: (user, { first, after }) => connection(placedOf(user), first, after),
    orderOf: (user, { id }) => orders.find((order) => order.owner === user.id && order.id === id) ?? null,
    changeOrderItems(user, { input: { changes } }) {
      const basket = basketOf(user) ?? newOrder(user, orders)
      const items = new Map(basket.items.map((item) => [item.productId, item]))
      for (const { action, productId, quantity } of changes) {
        const product = products.find(({ id }) => id === productId)
        if (!product) return { order: basket, errors: [refused('ProductNotFound', 'No such product.', { productId })] }
        const held = items.get(productId)?.quantity ?? 0
        const wanted = action === 'REMOVE' ? 0 : action === 'SET' ? quantity : held + quantity
        const { maximumQuantity } = product.stock
        if (wanted > maximumQuantity) {
          return { order: basket, errors: [refused('QuantityOutOfRange', 'Too many.', { productId, maximumQuantity })] }
        }
        if (wanted === 0) items.delete(productId)
        else items.set(productId, line(product, wanted, items.get(productId)?.id))
      }
      totalled(basket, [...items.values()])
      return { order: basket, errors: [] }
    },
    placeOrder(user, { input: { orderId, expectedVersion, idempotencyKey } }) {
      const done = orders.find((order) => order.placedWith === idempotencyKey)
      if (done) return { order: done, errors: [] }
      const order = orders.find((order) => order.owner === user.id && order.id === orderId)
      if (order?.version !== expectedVersion) {
        return { order: null, errors: [refused('VersionConflict', 'The order has changed.', { order })] }
      }
      const now = new Date().toISOString()
      Object.assign(order, { status: 'CONFIRMED', placedAt: now, placedWith: idempotencyKey, invoice: invoiceOf(order, orders, now) })
      return { order, errors: [] }
    },
  }
}

function newOrder(user, orders) {
  const now = new Date().toISOString()
  const order = { id: `ord_${randomUUID()}`, number: randomUUID().slice(0, 8).toUpperCase(), name: 'Basket', owner: user.id }
  Object.assign(order, { status: 'DRAFT', version: 0, createdAt: now, updatedAt: now, placedAt: null, invoice: null })
  totalled(order, [])
  orders.push(order)
  return order
}

function line({ id, sku, title, price }, quantity, held) {
  const lineTotal = money(price.amountMinor * quantity)
  return { id: held ?? `itm_${randomUUID()}`, productId: id, sku, title, quantity, unitPrice: price, lineTotal }
}

function totalled(order, items) {
  order.items = items
  order.version++
  order.totalQuantity = items.reduce((sum, { quantity }) => sum + quantity, 0)
  order.total = money(items.reduce((sum, { lineTotal }) => sum + lineTotal.amountMinor, 0))
}

function invoiceOf(order, orders, issuedAt) {
  const lines = order.items.map(({ sku, title, quantity, unitPrice, lineTotal }, index) => {
    const tax = Math.round((lineTotal.amountMinor * 1900) / 11900)
    const net = money(lineTotal.amountMinor - tax)
    return { position: index + 1, sku, title, quantity, unitPrice, taxBasisPoints: 1900, net, tax: money(tax), gross: lineTotal }
  })
  const sum = (part) => money(lines.reduce((total, each) => total + each[part].amountMinor, 0))
  const number = `${issuedAt.slice(0, 4)}-${String(orders.filter(({ invoice }) => invoice).length + 1).padStart(6, '0')}`
  return { id: `inv_${randomUUID()}`, number, status: 'ISSUED', issuedAt, lines, net: sum('net'), tax: sum('tax'), gross: sum('gross') }
}
