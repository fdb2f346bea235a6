import { useState } from 'react'
import { useClient } from 'urql'
import { graphql } from '../gql'

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

interface Props {
  id: string
  version: number
  onDone: () => void
}

/** Cancels an order that nobody has begun to pack, after asking once more. */
export function CancelButton({ id, version, onDone }: Props) {
  const client = useClient()
  const [asked, setAsked] = useState(false)
  const [message, setMessage] = useState('')
  const cancel = async () => {
    const { data } = await client.mutation(CancelOrder, { id, version }).toPromise()
    const errors = data?.cancelOrder?.errors
    setMessage(errors ? errors.map(({ message }) => message).join(' ') : 'Orders cannot be reached just now. Nothing was cancelled.')
    setAsked(false)
    onDone()
  }
  return (
    <>
      {asked ? (
        <>
          <button type="button" className="button" onClick={() => void cancel()}>
            Yes, cancel the order
          </button>
          <button type="button" className="link py-1" onClick={() => setAsked(false)}>
            Keep it
          </button>
        </>
      ) : (
        <button type="button" className="button button-quiet" onClick={() => setAsked(true)}>
          Cancel the order
        </button>
      )}
      <span role="alert" className="font-medium text-danger empty:hidden">
        {message}
      </span>
    </>
  )
}
