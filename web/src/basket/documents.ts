import { graphql } from '../gql'

/** What the order service has, so that the badge and the lines do not wait for pictures. */
export const BasketDocument = graphql(`
  query Basket {
    basket {
      ...BasketParts
    }
  }
`)

export const BasketParts = graphql(`
  fragment BasketParts on Order {
    id
    version
    totalQuantity
    problems {
      __typename
      ... on UserError {
        message
      }
    }
    total {
      ...MoneyParts
    }
    items {
      id
      productId
      quantity
      ...BasketLineParts
      ...CheckoutLineParts
    }
  }
`)

export const ChangeBasket = graphql(`
  mutation ChangeBasket($changes: [ItemChangeInput!]!, $key: String) {
    changeOrderItems(input: { changes: $changes, idempotencyKey: $key }) {
      order {
        ...BasketParts
      }
      errors {
        __typename
        ... on UserError {
          message
        }
        ... on ProductNotFound {
          productId
        }
        ... on QuantityOutOfRange {
          productId
          maximumQuantity
        }
      }
    }
  }
`)
