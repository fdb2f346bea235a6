import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import {
  getOperationName,
  stringifyVariables,
  type AnyVariables,
  type CombinedError,
} from '@urql/core'
import { useCallback, useEffect, useId, useMemo, useState } from 'react'
import { useQuery } from 'urql'
import { useServices } from '../services/services'
import { asksForIdentity } from '../graphql/auth'
import { useSession } from '../session/useSession'
import { faultsOf, serviceOf, type Fault } from './fault'
import { faultIn, regionOf, type Region } from './region'
import { useAutoRetry } from './useAutoRetry'

interface Options<Data, Variables extends AnyVariables, Root extends keyof Data & string> {
  query: TypedDocumentNode<Data, Variables>
  variables: Variables
  /** The root field that the region shows. */
  root: Root
  pause?: boolean
}

export interface RegionQuery<T> {
  region: Region<T>
  fetching: boolean
  retry: () => void
}

/** Personal data is hidden while the session is refused: another person may be at the page. */
const refusal: Fault = { code: 'UNAUTHENTICATED', subgraph: 'user', retryable: true }
const hidden = { state: 'degraded', fault: refusal } as const

/**
 * useRegion fetches the data of one region and stores the last good answer. While a fault may
 * pass, it retries at growing intervals, and when another region gets an answer of the same
 * service.
 */
export function useRegion<Data, Variables extends AnyVariables, Root extends keyof Data & string>(
  options: Options<Data, Variables, Root>,
): RegionQuery<NonNullable<Data[Root]>> {
  type T = NonNullable<Data[Root]>
  const { query, variables, root, pause = false } = options
  const { copies, outages } = useServices()
  const name = `${useId()}:${root}`
  const copyKey = `${root} ${getOperationName(query)} ${stringifyVariables(variables)}`

  const [{ data, error: latest, fetching }, execute] = useQuery({
    query,
    variables,
    pause,
    requestPolicy: 'cache-and-network',
  })
  const error = useLasting(latest, fetching, copyKey)
  const retry = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute])
  const { isRefused } = useSession()
  const isHidden = isRefused && asksForIdentity({ query })
  const region = useMemo(
    () =>
      isHidden
        ? hidden
        : regionOf<T>({ data, fetching, faults: faultsOf(error) }, [root], copies.get<T>(copyKey)),
    [isHidden, data, error, fetching, root, copies, copyKey],
  )
  const fault = pause ? undefined : faultIn(region)

  useEffect(() => {
    if (region.state === 'ready') copies.set(copyKey, region.data)
    if (region.state === 'empty') copies.delete(copyKey)
    if (region === hidden) copies.clear()
  }, [copies, copyKey, region])

  const settled = region.state !== 'loading'
  useEffect(
    () => (settled ? outages.report(name, fault) : outages.forget(name)),
    [outages, name, settled, fault],
  )
  useEffect(() => () => outages.forget(name), [outages, name])

  useAutoRetry(fault?.retryable ?? false, retry)
  const awaited = fault?.retryable ? serviceOf(fault) : undefined
  useEffect(
    () => outages.onBack((service) => service === awaited && retry()),
    [outages, awaited, retry],
  )
  return { region: pause ? { state: 'loading' } : region, fetching, retry }
}

/**
 * The error of the last answer, until there is another: useQuery forgets it as soon as it asks
 * again. Without this, a notice would go and come with each try, and each would count as the
 * first: no try would wait longer than the one before.
 */
function useLasting(
  error: CombinedError | undefined,
  fetching: boolean,
  question: string,
): CombinedError | undefined {
  const [last, setLast] = useState({ error, question })
  const answered = !fetching && (last.error !== error || last.question !== question)
  if (answered) setLast({ error, question })
  if (!fetching) return error
  return last.question === question ? last.error : undefined
}
