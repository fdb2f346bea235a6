import type { ReactNode } from 'react'
import { serviceOf, type Fault } from '../regions/fault'

interface Props {
  fault: Fault
  /** What is missing and what still works, as a sentence. */
  children: ReactNode
  retry?: () => void
  fetching?: boolean
}

/**
 * Says what cannot be shown. Screen readers announce it as a status; the text does not rely on
 * colour.
 */
export function Notice({ fault, children, retry, fetching = false }: Props) {
  return (
    <div
      role="status"
      data-notice={serviceOf(fault)}
      className="no-print flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl bg-warn px-4 py-3 text-on-warn"
    >
      <p className="min-w-[12rem] flex-1">
        {children} <span className="opacity-90">{reason(fault)}</span>
      </p>
      {retry && (
        <button
          type="button"
          className="min-h-9 rounded-full px-4 font-semibold ring-1 ring-current ring-inset hover:underline"
          onClick={retry}
          aria-busy={fetching || undefined}
        >
          Try again
        </button>
      )}
    </div>
  )
}

function reason({ code, retryable }: Fault): string {
  if (code === 'UNAUTHENTICATED') return 'Your log-in could not be confirmed.'
  if (code === 'FORBIDDEN') return 'You are not allowed to see it.'
  const what = code === 'TIMEOUT' ? 'The answer takes too long.' : ''
  return retryable ? `${what} We keep trying.`.trim() : what
}
