import { useCallback, useEffect, useRef, useState } from 'react'
import { useServices } from '../services/services'
import { graphql } from '../gql'
import type { Answer } from '../graphql/api'
import { useAction } from '../graphql/useAction'
import { dataOf } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { useBasket } from './BasketProvider'

const DraftsDocument = graphql(`
  query Drafts {
    drafts {
      id
      ...DraftParts
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

interface Draft {
  id: string
  version: number
}

/**
 * useDrafts returns the visitor's drafts and creates new ones. After each change it fetches the
 * basket again, in all tabs. It fetches the drafts when the basket changes, because the basket is
 * one of them, and when another tab has changed a draft.
 */
export function useDrafts() {
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
    if (before !== undefined) retry() // otherwise the page has just opened and fetches them
  }, [version, retry])
  useEffect(() => tabs.onNews((news) => news === 'basket' && retry()), [tabs, retry])

  const onAnswer = useCallback(
    ({ value }: ChangeAnswer) => {
      setMessage(value ? value.errors.map(({ message }) => message).join(' ') : unreachable)
      tabs.tell('basket')
      lookAtBasket()
      retry()
      return value?.errors.length === 0
    },
    [tabs, lookAtBasket, retry],
  )
  const create = useAction(async (api, name: string) => {
    const answer = await api.mutate(BeginDraft, creating.begin({ name }))
    if (answer.value) creating.settle()
    setUnanswered(creating.open())
    return onAnswer(answer)
  })
  return { region, retry, fetching, message, unanswered, create, onAnswer }
}

/** The answer to a change of a draft, or of the list. */
type ChangeAnswer = Answer<{ errors: readonly { message?: string }[] }>

const unreachable = 'Baskets are unavailable right now. Please check the list before you try again.'

/** useDraft returns the actions for one draft. `onAnswer` returns whether the draft is changed. */
export function useDraft({ id, version }: Draft, onAnswer: (answer: ChangeAnswer) => boolean) {
  return {
    choose: useAction(async (api) => onAnswer(await api.mutate(ChooseDraft, { id }))),
    rename: useAction(async (api, name: string) =>
      onAnswer(await api.mutate(RenameDraft, { id, name })),
    ),
    discard: useAction(async (api) => onAnswer(await api.mutate(DiscardDraft, { id, version }))),
  }
}
