import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { AnyVariables, Client, CombinedError, OperationContext } from '@urql/core'
import { faultsOf, type Fault } from '../regions/fault'

/** An answer is a value, or the fault for which there is none. */
export type Answer<T> = { value: T; fault?: undefined } | { value?: undefined; fault: Fault }

/** The value of an operation's only root field. */
type RootOf<Data> = Data[Exclude<keyof Data, '__typename'>]

/** Api sends requests for actions. Regions of pages use useRegion instead. */
export interface Api {
  /** Sends a mutation. The value is the payload, which may list refusals. */
  mutate: <Data, Variables extends AnyVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    context?: Partial<OperationContext>,
  ) => Promise<Answer<NonNullable<RootOf<Data>>>>
  /** Fetches a query past the cache, to find out what a mutation without an answer has done. */
  fetch: <Data, Variables extends AnyVariables>(
    query: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ) => Promise<Answer<RootOf<Data>>>
}

/** apiOf returns the API behind a client. */
export function apiOf(client: Client): Api {
  return {
    async mutate(mutation, variables, context) {
      const { data, error } = await client.mutation(mutation, variables, context).toPromise()
      const payload = rootOf(mutation, data)
      return payload === null || payload === undefined ? faultOf(error) : { value: payload }
    },
    async fetch(query, variables) {
      const asked = client.query(query, variables, { requestPolicy: 'network-only' })
      const { data, error } = await asked.toPromise()
      const found = rootOf(query, data)
      return found === undefined || faultsOf(error).length > 0 ? faultOf(error) : { value: found }
    },
  }
}

function rootOf<Data>(
  { definitions }: TypedDocumentNode<Data, never>,
  data: Data | undefined,
): RootOf<Data> | undefined {
  const operation = definitions.find((definition) => 'operation' in definition)
  const [field] = operation?.selectionSet.selections ?? []
  if (!field || !('name' in field)) return undefined
  const key = 'alias' in field && field.alias ? field.alias.value : field.name.value
  return data?.[key as keyof Data] as RootOf<Data> | undefined
}

function faultOf(error: CombinedError | undefined): { fault: Fault } {
  const [fault = { code: 'INTERNAL', retryable: false }] = faultsOf(error)
  return { fault }
}
