import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { apiOf, type Api } from './api'

export interface Action<Args extends readonly unknown[], Outcome> {
  /** Whether the action is under way. */
  isPending: boolean
  /** What the last run returned; undefined until a run has ended. */
  outcome: Outcome | undefined
  /** Starts the action and returns its outcome, or returns undefined if it is under way already. */
  run: (...args: Args) => Promise<Outcome | undefined>
}

/**
 * useAction returns an action for a button or a form. `work` sends the mutations and returns the
 * outcome to show. The action runs once at a time, so the second click of a double click does
 * nothing. `run` is the same function in each render.
 */
export function useAction<Args extends readonly unknown[], Outcome>(
  work: (api: Api, ...args: Args) => Promise<Outcome>,
): Action<Args, Outcome> {
  const client = useClient()
  const latest = useRef(work)
  const isRunning = useRef(false)
  const [isPending, setPending] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  useLayoutEffect(() => {
    latest.current = work
  })

  const run = useCallback(
    async (...args: Args) => {
      if (isRunning.current) return undefined
      isRunning.current = true
      setPending(true)
      try {
        const result = await latest.current(apiOf(client), ...args)
        setOutcome(() => result)
        return result
      } finally {
        isRunning.current = false
        setPending(false)
      }
    },
    [client],
  )
  return { isPending, outcome, run }
}
