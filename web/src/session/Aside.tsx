import type { ReactNode } from 'react'
import { Heading } from '../ui/Heading'

/** A page with one short message. */
export function Aside({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-prose flex-col items-center gap-6 py-12 text-center">
      <Heading title={title} />
      {children}
    </div>
  )
}
