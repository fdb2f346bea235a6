/** The mark: three leaves, one stem. */
export function Trefoil({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <g fill="currentColor">
        <circle cx="16" cy="9" r="6.4" />
        <circle cx="9.4" cy="18" r="6.4" />
        <circle cx="22.6" cy="18" r="6.4" />
      </g>
      <path
        d="M16 15c-.4 6 .6 10 3.4 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  )
}
