import { useCallback, useState } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql'
import { faultsOf } from '../regions/fault'
import { useAutoRetry } from '../regions/useAutoRetry'

const CancelOrder = graphql(`
  mutation CancelOrder($id: ID!, $version: Int!) {
    cancelOrder(input: { orderId: $id, expectedVersion: $version }) {
      order {
        id
        status
      }
      errors {
        ... on UserError {
          message
        }
      }
    }
  }
`)

const CancelledOrder = graphql(`
  query CancelledOrder($id: ID!) {
    order(id: $id) {
      id
      status
    }
  }
`)

interface Props {
  id: string
  version: number
  onDone: () => void
}

/** Cancels an order that nobody has begun to pack, after asking once more. */
export function CancelButton({ id, version, onDone }: Props) {
  const { state, message, ask, keep, cancel, look } = useCancelOrder({ id, version, onDone })
  return (
    <>
      {(state === 'asked' || state === 'busy') && (
        <>
          <button
            type="button"
            className="button"
            aria-busy={state === 'busy' || undefined}
            onClick={() => state === 'asked' && cancel()}
          >
            Yes, cancel the order
          </button>
          <button type="button" className="link py-1" disabled={state === 'busy'} onClick={keep}>
            Keep it
          </button>
        </>
      )}
      {state === 'idle' && (
        <button type="button" className="button button-quiet" onClick={ask}>
          Cancel the order
        </button>
      )}
      <span role="alert" className="font-medium text-danger empty:hidden">
        {message}
      </span>
      {state === 'unknown' && (
        <button type="button" className="link py-1" onClick={look}>
          See whether it is cancelled
        </button>
      )}
    </>
  )
}

/** `unknown`: neither the request to cancel the order nor the look at it was answered. */
type State = 'idle' | 'asked' | 'busy' | 'unknown'

/**
 * useCancelOrder cancels an order. When the answer is lost, it looks at the order until it is known
 * whether it is cancelled.
 */
function useCancelOrder({ id, version, onDone }: Props) {
  const client = useClient()
  const [state, setState] = useState<State>('idle')
  const [message, setMessage] = useState('')
  const finish = useCallback(
    (message: string) => {
      setMessage(message)
      setState('idle')
      onDone()
    },
    [onDone],
  )
  const look = useCallback(async () => {
    const asked = client.query(CancelledOrder, { id }, { requestPolicy: 'network-only' })
    const { data, error } = await asked.toPromise()
    if (data && faultsOf(error).length === 0) {
      const isCancelled = data.order?.status === 'CANCELLED'
      finish(isCancelled ? '' : 'The order is not cancelled yet. Please try again.')
      return
    }
    setMessage('It is not known yet whether the order is cancelled: the answer did not arrive.')
    setState('unknown')
  }, [client, id, finish])
  const cancel = async () => {
    setState('busy')
    const { data } = await client.mutation(CancelOrder, { id, version }).toPromise()
    const errors = data?.cancelOrder?.errors
    if (errors) finish(errors.map(({ message }) => message).join(' '))
    else await look()
  }
  useAutoRetry(state === 'unknown', () => void look())
  return {
    ...{ state, message },
    ask: () => setState('asked'),
    keep: () => setState('idle'),
    cancel: () => void cancel(),
    look: () => void look(),
  }
}
