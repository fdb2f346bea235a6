import { staffTabs } from './staff'
import { tab, type Tab } from './tab'

/** Queries that run from top to bottom. The first reads three services in one answer. */
const shopperTabs: Tab[] = [
  tab(
    `
# The account, its orders, their invoices and their products as they are now: one query, three services,
# three requests behind the router. Log in on the storefront first, or put the token that the tab
# "CreateToken" answers among the headers: {"Authorization": "Bearer …"}
query Account($first: Int! = 10, $after: String) {
  me {
    id
    displayName
    email
    basket { id totalQuantity total { amountMinor currency } }
    orders(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges {
        node {
          id
          number
          status
          placedAt
          totalQuantity
          total { amountMinor currency }
          items {
            id
            title
            quantity
            unitPrice { amountMinor currency }
            lineTotal { amountMinor currency }
            product { id slug images { url alt } }
          }
          invoice { number status issuedAt net { amountMinor } tax { amountMinor } gross { amountMinor currency } }
        }
      }
    }
  }
}
`,
    { first: 10 },
  ),
  tab(
    `
query Catalogue($first: Int!, $after: String, $filter: ProductFilter, $sort: ProductSort!) {
  categories { slug title productCount }
  products(first: $first, after: $after, filter: $filter, sort: $sort) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id slug title price { decimal currency } stock { status } }
  }
}
`,
    { first: 10, filter: { search: '' }, sort: 'PRICE_ASC' },
  ),
  tab(
    `
# Take a slug from the catalogue. \`quantityInBasket\` is the order service's, all else the product service's.
query ProductBySlug($slug: String!) {
  product(slug: $slug) {
    id
    sku
    title
    description
    category { slug title }
    price { amountMinor currency decimal }
    images { url alt }
    stock { status maximumQuantity }
    quantityInBasket
  }
}
`,
    { slug: 'stoneware-mug' },
  ),
  tab(
    `
mutation Register($input: RegisterInput!) {
  register(input: $input) {
    user { id username displayName }
    errors { __typename ... on UserError { code message path } }
  }
}
`,
    {
      input: {
        username: 'ada',
        email: 'ada@example.com',
        firstName: 'Ada',
        lastName: 'Lovelace',
        password: 'plain as three leaves',
      },
    },
  ),
  tab(
    `
# For programs: the tokens are in the answer. Browsers log in with \`login\`, which sets cookies instead.
mutation CreateToken($input: CredentialsInput!) {
  createToken(input: $input) {
    user { id displayName }
    token { accessToken refreshToken expiresAt }
    errors { __typename ... on UserError { code message } }
  }
}
`,
    { input: { login: 'ada', password: 'plain as three leaves' } },
  ),
  tab(
    `
# Take a productId from the catalogue. The basket comes into being with its first item.
mutation ChangeBasket($input: ChangeOrderItemsInput!) {
  changeOrderItems(input: $input) {
    order {
      id
      version
      totalQuantity
      total { decimal currency }
      items { id title quantity lineTotal { decimal currency } }
    }
    errors { __typename ... on UserError { code message path } }
  }
}
`,
    { input: { changes: [{ action: 'ADD', productId: '', quantity: 2 }] } },
  ),
  tab(
    `
# \`expectedVersion\` is the basket's \`version\`: nobody pays a price that was not shown.
mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id number status total { decimal currency } invoice { number gross { decimal currency } } }
    errors { __typename ... on UserError { code message path } }
  }
}
`,
    { input: { expectedVersion: 1, idempotencyKey: 'once-and-only-once' } },
  ),
]

export const tabs: Tab[] = [...shopperTabs, ...staffTabs]
