interface Props {
  /** What is counted, for those who cannot see it beside the buttons. */
  label: string
  value: number
  minimum?: number
  maximum: number
  disabled?: boolean
  onChange: (value: number) => void
}

/** A number by buttons and by keyboard, the same in every locale. */
export function Stepper({ label, value, minimum = 1, maximum, disabled = false, onChange }: Props) {
  const step = (by: number) => onChange(Math.min(maximum, Math.max(minimum, value + by)))
  const button =
    'flex size-11 items-center justify-center rounded-full text-lg leading-none hover:bg-leaf-soft disabled:text-muted disabled:opacity-50'
  return (
    <div
      role="group"
      aria-label={`Quantity of ${label}`}
      className="inline-flex items-center rounded-full ring-1 ring-control ring-inset"
    >
      <button
        type="button"
        className={button}
        disabled={disabled || value <= minimum}
        onClick={() => step(-1)}
      >
        <span aria-hidden="true">−</span>
        <span className="sr-only">One less</span>
      </button>
      <output className="min-w-8 text-center font-semibold tabular-nums">{value}</output>
      <button
        type="button"
        className={button}
        disabled={disabled || value >= maximum}
        onClick={() => step(1)}
      >
        <span aria-hidden="true">+</span>
        <span className="sr-only">One more</span>
      </button>
    </div>
  )
}
