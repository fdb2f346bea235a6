import { tab, type Tab } from './tab'

/**
 * Operations for staff: SUPPORT reads, ADMIN changes. Each tab has several operations, one of
 * which is chosen in GraphiQL. The tab's variables serve all of them.
 */
export const staffTabs: Tab[] = [
  tab(
    `
# For SUPPORT and ADMIN. The first admin is made in the shop's folder: bin/user role ada ADMIN
query Users($search: String, $after: String) {
  users(search: $search, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node { id username email displayName role createdAt } }
  }
}

query UserByName($username: String!) {
  user(username: $username) {
    id
    displayName
    email
    emailVerified
    role
    sessions { kind createdAt expiresAt }
    socialIdentities { provider email }
    events { kind at actorId }
  }
}

# For ADMIN. Another role ends the user's sessions, whose tokens tell the old one.
mutation SetRole($userId: ID!, $role: Role!) {
  setRole(input: { userId: $userId, role: $role }) {
    user { id username role }
    errors { __typename ... on UserError { code message path } }
  }
}
`,
    { search: '', username: 'ada', userId: '', role: 'SUPPORT' },
  ),
  tab(
    `
# For ADMIN: what is on the shelves. The same idempotencyKey creates once.
mutation CreateProduct($new: CreateProductInput!) {
  createProduct(input: $new) {
    product { id slug version price { decimal currency } stock { status onHand reserved } }
    errors { __typename ... on UserError { code message path } }
  }
}

# expectedVersion is the product's version as it was looked at. What is left out stays.
mutation UpdateProduct($change: UpdateProductInput!) {
  updateProduct(input: $change) {
    product { id slug title version price { decimal currency } }
    errors {
      __typename
      ... on UserError { code message path }
      ... on ProductChanged { product { version title price { decimal } } }
    }
  }
}
`,
    {
      new: {
        idempotencyKey: 'egg-cup-once',
        slug: 'egg-cup',
        sku: 'EGG-1',
        title: 'Egg cup',
        description: 'Holds one egg.',
        category: 'kitchen',
        priceMinor: 690,
        taxBasisPoints: 1900,
        onHand: 12,
      },
      change: { id: '', expectedVersion: 1, priceMinor: 750 },
    },
  ),
  tab(
    `
# For SUPPORT and ADMIN: of what at most so many are left, and what came and went of a product.
query LowStock($atMost: Int!) {
  lowStock(atMost: $atMost, first: 20) {
    nodes { id slug title stock { status onHand reserved } }
    pageInfo { hasNextPage endCursor }
  }
}

query StockLedger($productId: ID!) {
  stockLedger(productId: $productId, first: 20) {
    nodes { id delta reason actor createdAt }
    pageInfo { hasNextPage endCursor }
  }
}

# For ADMIN. The same idempotencyKey books once.
mutation AdjustStock($productId: ID!, $delta: Int!, $reason: String!, $idempotencyKey: String!) {
  adjustStock(input: { productId: $productId, delta: $delta, reason: $reason, idempotencyKey: $idempotencyKey }) {
    product { id stock { status onHand reserved } }
    errors { __typename ... on UserError { code message path } }
  }
}
`,
    {
      atMost: 5,
      productId: '',
      delta: 10,
      reason: 'a delivery',
      idempotencyKey: 'delivery-of-today',
    },
  ),
  tab(
    `
# For SUPPORT and ADMIN: the orders of all, or with userId of one.
query AllOrders($userId: ID, $filter: OrderFilter, $after: String) {
  allOrders(userId: $userId, filter: $filter, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      number
      status
      version
      placedAt
      total { decimal currency }
      items { sku title quantity }
      history { status at }
    }
  }
}

# For ADMIN: CONFIRMED to PROCESSING, to SHIPPED, to DELIVERED. expectedVersion is the order's version.
mutation AdvanceOrder($orderId: ID!, $expectedVersion: Int!, $status: OrderStatus!) {
  advanceOrder(input: { orderId: $orderId, expectedVersion: $expectedVersion, status: $status }) {
    order { id number status version history { status at } }
    errors {
      __typename
      ... on UserError { code message path }
      ... on StatusNotAllowed { status allowed }
    }
  }
}
`,
    { filter: { statuses: ['CONFIRMED'] }, orderId: '', expectedVersion: 2, status: 'PROCESSING' },
  ),
]
