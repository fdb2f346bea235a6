import type { CombinedError } from '@urql/core'

/**
 * Why something cannot be shown: what the router says in an error's extensions, or that it said
 * nothing.
 */
export interface Fault {
  code: string
  /** The service at fault; undefined when the router itself did not answer. */
  subgraph?: string
  retryable: boolean
  requestId?: string
  /** From the root of the answer; undefined when the whole answer failed. */
  path?: readonly (string | number)[]
}

/** Returns the service at fault. */
export const serviceOf = ({ subgraph }: Fault): string => subgraph ?? 'router'

const passing = new Set([
  'SUBGRAPH_UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'TIMEOUT',
  'RATE_LIMITED',
  'UNREACHABLE',
])

/**
 * Whether the request may have been carried out, or can be later. Use it only for requests with an
 * idempotency key.
 */
export const mayPass = ({ code }: Fault): boolean => passing.has(code)

/** The error of a field that is null because the thing no longer exists. It is no fault. */
const gone = 'ENTITY_NOT_FOUND'

/** All faults of an answer, in the answer's order. */
export function faultsOf(error: CombinedError | undefined): Fault[] {
  if (!error) return []
  if (error.networkError) return [{ code: 'UNREACHABLE', retryable: true }]
  const failures = error.graphQLErrors.filter(({ extensions }) => extensions['code'] !== gone)
  return failures.map(({ path, extensions }) => {
    const code = codeOf(extensions) ?? 'INTERNAL'
    return {
      code,
      subgraph: text(extensions['subgraph']),
      requestId: text(extensions['requestId']),
      retryable:
        typeof extensions['retryable'] === 'boolean' ? extensions['retryable'] : passing.has(code),
      path,
    }
  })
}

/**
 * Returns the code of an error. The router refuses a field that needs a log-in or a role by itself,
 * and its reason is the code with which the service would refuse.
 */
export function codeOf(extensions: Readonly<Record<string, unknown>>): string | undefined {
  const code = text(extensions['code'])
  return code === 'UNAUTHORIZED_FIELD_OR_TYPE' ? (text(extensions['reason']) ?? code) : code
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
