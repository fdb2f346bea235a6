import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import {
  fetchExchange,
  type AnyVariables,
  type CombinedError,
  type Exchange,
  type ExchangeIO,
  type Operation,
  type OperationResult,
} from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { filter, merge, pipe, share, tap } from 'wonka'
import { graphql } from '../gql'
import { codeOf } from '../regions/fault'
import { alone } from '../session/alone'
import type { Session } from '../session/session'

// The client sends Refresh through the cache, which adds __typename, and past the cache. With the
// __typename here both texts are equal, as the manifest of trusted documents needs it.
const Refresh = graphql(`
  mutation Refresh {
    refresh {
      __typename
      expiresAt
      errors {
        __typename
      }
    }
  }
`)

/**
 * The root fields that answer to everybody, and need no token. All others are taken for personal:
 * one that is missing here waits for a refresh that it may not need, which is better than to be
 * refused for want of one.
 */
export const open: ReadonlySet<string> = new Set([
  ...['product', 'products', 'categories', 'socialProviders'],
  ...[
    'register',
    'login',
    'createToken',
    'refresh',
    'forgotPassword',
    'resetPassword',
    'verifyEmail',
  ],
  ...['beginSocialLogin', 'finishSocialLogin'],
])

type Mutate = <Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<OperationResult<Data>>

/**
 * Renews the access token before it ends, or when it is refused, once; then the request is
 * sent again. A session that cannot be renewed because it is over ends here too; one that cannot
 * be renewed because nobody answers stays, but is refused, and the request's own error tells. What
 * answers to everybody goes past all this, and never waits for it; so what is personal is fetched
 * here.
 */
export function refreshing(session: Session): Exchange {
  const renewing = authExchange(({ mutate }) =>
    Promise.resolve({
      addAuthToOperation: (operation) => operation,
      willAuthError: () => session.needsRefresh(),
      didAuthError: (error) => session.snapshot().signedIn && refused(error),
      refreshAuth: () => refresh(session, mutate),
    }),
  )
  return (input) => {
    const nowhere = filter<OperationResult>(() => false) as unknown as ExchangeIO
    const mutate: Mutate = (document, variables) =>
      input.client.mutation(document, variables).toPromise()
    const fetching = fetchExchange({ ...input, forward: nowhere })
    const renew = renewing({ ...input, forward: (operations) => pipe(operations, fetching, share) })
    return (operations) => {
      const shared = pipe(operations, share)
      const personally = filter((operation: Operation) => asksForIdentity(operation))
      const anyhow = filter((operation: Operation) => !asksForIdentity(operation))
      const note = tap((result: OperationResult) => {
        if (result.error && refused(result.error)) session.refused()
        if (isNobody(result) && session.snapshot().signedIn) void refresh(session, mutate)
      })
      return merge([pipe(shared, personally, renew, note), pipe(shared, anyhow, input.forward)])
    }
  }
}

function refused(error: CombinedError): boolean {
  return error.graphQLErrors.some(({ extensions }) => codeOf(extensions) === 'UNAUTHENTICATED')
}

/**
 * Reports whether the user service found no session, for example because another device ended it.
 */
function isNobody({ data, error }: OperationResult): boolean {
  return !error && (data as { me?: unknown } | undefined)?.me === null
}

/** One tab at a time: a refresh token used twice ends the session, as a stolen one should. */
async function refresh(session: Session, mutate: Mutate): Promise<void> {
  const before = session.expiresAt()
  await alone(session.kept().shared.keyOf('refresh'), async () => {
    const doneElsewhere = session.expiresAt() !== before
    if (doneElsewhere || !session.snapshot().signedIn) return
    const { data } = await mutate(Refresh, {})
    session.refreshTried()
    if (data?.refresh?.expiresAt) session.renewed(data.refresh.expiresAt)
    if (data?.refresh?.errors.length) session.end()
  })
}

export function asksForIdentity({ query }: Pick<Operation, 'query'>): boolean {
  return query.definitions
    .filter((definition) => 'operation' in definition)
    .flatMap(({ selectionSet }) => selectionSet.selections)
    .some((selection) => !('name' in selection && open.has(selection.name.value)))
}
