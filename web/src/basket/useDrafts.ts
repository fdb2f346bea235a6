import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { useServices } from '../services/services'
import { graphql } from '../gql'
import { dataOf } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { useBasket } from './BasketProvider'

const DraftsDocument = graphql(`
  query Drafts {
    drafts {
      id
      number
      name
      version
      totalQuantity
      total {
        ...MoneyParts
      }
    }
  }
`)

const BeginDraft = graphql(`
  mutation BeginDraft($name: String, $key: String) {
    payload: createOrder(input: { name: $name, idempotencyKey: $key }) {
      errors {
        ... on UserError {
          message
        }
      }
    }
  }
`)

const ChooseDraft = graphql(`
  mutation ChooseDraft($id: ID!) {
    payload: chooseDraft(input: { orderId: $id }) {
      errors {
        ... on UserError {
          message
        }
      }
    }
  }
`)

const RenameDraft = graphql(`
  mutation RenameDraft($id: ID!, $name: String) {
    payload: renameDraft(input: { orderId: $id, name: $name }) {
      errors {
        ... on UserError {
          message
        }
      }
    }
  }
`)

const DiscardDraft = graphql(`
  mutation DiscardDraft($id: ID!, $version: Int) {
    payload: deleteDraft(input: { orderId: $id, expectedVersion: $version }) {
      errors {
        ... on UserError {
          message
        }
      }
    }
  }
`)

interface Answer {
  data?: { payload: { errors: { message?: string }[] } | null } | undefined
}

interface Draft {
  id: string
  version: number
}

/**
 * The visitor's drafts, and what can be done with them; after each, the basket is looked at anew, in all tabs. When the
 * basket changes, the drafts are, for it is one of them; and when another tab has changed any.
 */
export function useDrafts() {
  const client = useClient()
  const { creating, tabs } = useServices()
  const { retry: lookAtBasket, region: inUse } = useBasket()
  const basket = dataOf(inUse)
  const { region, retry, fetching } = useRegion({
    query: DraftsDocument,
    variables: {},
    root: 'drafts',
  })
  const [message, setMessage] = useState('')
  const [unanswered, setUnanswered] = useState(() => creating.open())
  const version = inUse.state === 'loading' ? undefined : `${basket?.id} ${basket?.version}`
  const known = useRef(version)
  useEffect(() => {
    const before = known.current
    if (version === undefined || version === before) return
    known.current = version
    if (before !== undefined) retry() // else the page opens: they are on their way
  }, [version, retry])
  useEffect(() => tabs.onNews((news) => news === 'basket' && retry()), [tabs, retry])

  const done = useCallback(
    ({ data }: Answer) => {
      const errors = data?.payload?.errors
      setMessage(
        errors
          ? errors.map(({ message }) => message).join(' ')
          : 'Baskets cannot be reached just now. Please look at the list before you try again.',
      )
      tabs.tell('basket')
      lookAtBasket()
      retry()
      return errors?.length === 0
    },
    [tabs, lookAtBasket, retry],
  )
  const begin = async (name: string) => {
    const answer = await client.mutation(BeginDraft, creating.begin(name)).toPromise()
    if (answer.data?.payload) creating.settle()
    setUnanswered(creating.open())
    return done(answer)
  }
  return {
    ...{ region, retry, fetching, message, unanswered, begin },
    choose: ({ id }: Draft) => void client.mutation(ChooseDraft, { id }).toPromise().then(done),
    rename: ({ id }: Draft, name: string) =>
      client.mutation(RenameDraft, { id, name }).toPromise().then(done),
    discard: ({ id, version }: Draft) =>
      void client.mutation(DiscardDraft, { id, version }).toPromise().then(done),
  }
}
