import { useState } from 'react'
import { graphql, unmask, type FragmentType } from '../gql'
import type { CancelPartsFragment } from '../gql/graphql'
import type { Api } from '../graphql/api'
import { useAction } from '../graphql/useAction'
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

const CancelParts = graphql(`
  fragment CancelParts on Order {
    id
    version
  }
`)

interface Props {
  of: FragmentType<typeof CancelParts>
  onDone: () => void
}

/** Cancels an order before it is packed. It asks the visitor to confirm. */
export function CancelButton({ of, onDone }: Props) {
  const { state, message, ask, keep, cancel, look } = useCancelOrder(
    unmask(CancelParts, of),
    onDone,
  )
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

interface Outcome {
  isKnown: boolean
  message: string
}

/**
 * useCancelOrder cancels an order. If the answer is lost, it looks at the order until it is known
 * whether the order is cancelled.
 */
function useCancelOrder({ id, version }: CancelPartsFragment, onDone: () => void) {
  const [isAsked, setAsked] = useState(false)
  const { isPending, outcome, run } = useAction(async (api, step: 'cancel' | 'look') => {
    const sent = step === 'cancel' ? await cancel(api, id, version) : undefined
    const outcome = sent ?? (await lookUp(api, id))
    setAsked(false)
    if (outcome.isKnown) onDone()
    return outcome
  })
  const isUnknown = outcome?.isKnown === false
  const look = () => void run('look')
  useAutoRetry(isUnknown, look)
  const asked: State = isPending ? 'busy' : 'asked'
  const state: State = isAsked ? asked : isUnknown ? 'unknown' : 'idle'
  return {
    ...{ state, look, message: outcome?.message },
    ask: () => setAsked(true),
    keep: () => setAsked(false),
    cancel: () => void run('cancel'),
  }
}

/** Cancels the order. Returns nothing if the answer is lost. */
async function cancel(api: Api, id: string, version: number): Promise<Outcome | undefined> {
  const { value } = await api.mutate(CancelOrder, { id, version })
  if (!value) return undefined
  return { isKnown: true, message: value.errors.map(({ message }) => message).join(' ') }
}

async function lookUp(api: Api, id: string): Promise<Outcome> {
  const { value: order, fault } = await api.fetch(CancelledOrder, { id })
  if (fault) {
    const message = 'We do not know yet whether the order is cancelled: the answer did not arrive.'
    return { isKnown: false, message }
  }
  const isCancelled = order?.status === 'CANCELLED'
  const message = isCancelled ? '' : 'The order is not cancelled yet. Please try again.'
  return { isKnown: true, message }
}
