import { useEffect, useRef, type ReactNode } from 'react'
import { useNavigated } from '../services/navigated'

/**
 * The page's only h1. It sets the tab's title, and gets the focus after a navigation within the
 * shop.
 */
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
