import type { ReactNode } from 'react'
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
  const submit = async (form: HTMLFormElement) => {
    await run(new FormData(form))
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }
  return (
    <div className="mx-auto max-w-md sm:mt-6">
      {heading}
      <form
        className="card mt-8 flex flex-col gap-5 p-6 sm:p-8"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isPending) void submit(event.currentTarget)
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
