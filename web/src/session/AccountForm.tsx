import { useEffect, useRef, type ReactNode } from 'react'
import type { Action } from '../graphql/useAction'
import type { FormErrors } from './forms'

interface Props {
  heading: ReactNode
  /** The text of the button. */
  button: string
  action: Action<[FormData], FormErrors>
  children: ReactNode
}

/** A form on a card. The server checks the input, and its messages appear beside it. */
export function AccountForm({ heading, button, action, children }: Props) {
  const { isPending, outcome, run } = action
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [outcome])
  return (
    <div className="mx-auto max-w-md sm:mt-6">
      {heading}
      <form
        ref={form}
        className="card mt-8 flex flex-col gap-5 p-6 sm:p-8"
        onSubmit={(event) => {
          event.preventDefault()
          void run(new FormData(event.currentTarget))
        }}
      >
        {children}
        <div role="alert" className="font-medium text-danger empty:-mt-5">
          {outcome?.['form']}
        </div>
        <button className="button" aria-busy={isPending || undefined}>
          {isPending ? 'One moment' : button}
        </button>
      </form>
    </div>
  )
}
