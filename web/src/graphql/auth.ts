import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { AnyVariables, CombinedError, Exchange, Operation, OperationResult } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { filter, merge, pipe, share } from 'wonka'
import { graphql } from '../gql'
import type { Session } from '../session/session'

const Refresh = graphql(`
  mutation Refresh {
    refresh {
      expiresAt
      errors {
        __typename
      }
    }
  }
`)

/** The root fields that answer only to somebody. */
const personal = new Set(['me', 'basket', 'order', 'orders', 'changeOrderItems', 'createOrder', 'placeOrder'])

type Mutate = <Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<OperationResult<Data>>

/**
 * Renews the access token before it ends, or when a service refuses it, once; then the request is sent
 * again. A session that cannot be renewed because it is over ends here too; one that cannot be renewed
 * because nobody answers stays, and the request's own error tells. What answers to everybody never waits
 * for that.
 */
export function refreshing(session: Session): Exchange {
  const renewing = authExchange(({ mutate }) =>
    Promise.resolve({
      addAuthToOperation: (operation) => operation,
      willAuthError: () => session.needsRefresh(),
      didAuthError: (error) => session.snapshot().signedIn && refused(error),
      refreshAuth: () => alone(session, () => refresh(session, mutate)),
    }),
  )
  return (input) => (operations) => {
    const shared = pipe(operations, share)
    return merge([
      pipe(
        shared,
        filter((operation) => asksForIdentity(operation)),
        renewing(input),
      ),
      pipe(
        shared,
        filter((operation) => !asksForIdentity(operation)),
        input.forward,
      ),
    ])
  }
}

function refused(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED')
}

async function refresh(session: Session, mutate: Mutate): Promise<void> {
  if (!session.snapshot().signedIn) return
  const { data } = await mutate(Refresh, {})
  session.refreshTried()
  if (data?.refresh?.expiresAt) session.renewed(data.refresh.expiresAt)
  if (data?.refresh?.errors.length) session.end()
}

/** One tab at a time: a refresh token used twice ends the session, as a stolen one should. */
async function alone(session: Session, work: () => Promise<void>): Promise<void> {
  const before = session.expiresAt()
  const unlessDone = () => (session.expiresAt() === before ? work() : Promise.resolve())
  if ('locks' in navigator) await navigator.locks.request('trefoil.refresh', unlessDone)
  else await unlessDone()
}

export function asksForIdentity({ query }: Pick<Operation, 'query'>): boolean {
  return query.definitions
    .filter((definition) => 'operation' in definition)
    .flatMap(({ selectionSet }) => selectionSet.selections)
    .some((selection) => 'name' in selection && personal.has(selection.name.value))
}
