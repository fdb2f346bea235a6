import { useState, type ReactNode } from 'react'
import type { FormErrors } from './actions'

interface Props {
  heading: ReactNode
  /** What the button says. */
  action: string
  errors: FormErrors
  onSubmit: (data: FormData) => Promise<void>
  children: ReactNode
}

/** A form on a card: the server judges the input, and its words appear beside it. */
export function AccountForm({ heading, action, errors, onSubmit, children }: Props) {
  const [busy, setBusy] = useState(false)
  const submit = async (form: HTMLFormElement) => {
    setBusy(true)
    await onSubmit(new FormData(form))
    setBusy(false)
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }
  return (
    <div className="mx-auto max-w-md sm:mt-6">
      {heading}
      <form
        className="card mt-8 flex flex-col gap-5 p-6 sm:p-8"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void submit(event.currentTarget)
        }}
      >
        {children}
        <div role="alert" className="font-medium text-danger empty:-mt-5">
          {errors['form']}
        </div>
        <button className="button" aria-busy={busy || undefined}>
          {busy ? 'One moment' : action}
        </button>
      </form>
    </div>
  )
}

export function inputOf(data: FormData, name: string): string {
  const value = data.get(name)
  return typeof value === 'string' ? value : ''
}
