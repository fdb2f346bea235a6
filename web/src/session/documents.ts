import { graphql } from '../gql'

export const MeDocument = graphql(`
  query Me {
    me {
      id
      ...ProfileParts
      ...BuyerParts
    }
  }
`)

export const Login = graphql(`
  mutation Login($input: CredentialsInput!) {
    login(input: $input) {
      expiresAt
      user {
        id
      }
      errors {
        __typename
        ... on UserError {
          message
        }
        ... on TooManyAttempts {
          retryAfter
        }
      }
    }
  }
`)

export const Register = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      user {
        id
      }
      errors {
        __typename
        ... on UserError {
          message
          path
        }
      }
    }
  }
`)

export const Logout = graphql(`
  mutation Logout($everywhere: Boolean!) {
    logout(everywhere: $everywhere) {
      endedSessions
    }
  }
`)
