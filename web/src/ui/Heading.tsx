import { useEffect, useRef, type ReactNode } from 'react'
import { useNavigated } from '../services/navigated'

/** The page's one h1. It names the tab, and takes the focus when the visitor came here within the shop. */
export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const navigated = useNavigated()

  useEffect(() => {
    document.title = title === 'Trefoil' ? title : `${title} · Trefoil`
  }, [title])

  useEffect(() => {
    if (navigated()) heading.current?.focus({ preventScroll: true })
  }, [navigated])

  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  )
}
