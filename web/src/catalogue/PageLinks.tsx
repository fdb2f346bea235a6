import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { pagesAround } from './pages'
import { changed } from './search'

/** Links to the other pages of a list, each an address of its own. */
export function PageLinks({ page, of }: { page: number; of: number }) {
  if (of < 2) return null
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-wrap items-center justify-center gap-1">
        {page > 1 && <To page={Math.min(page - 1, of)}>Previous</To>}
        {pagesAround(page, of).map((n, index) =>
          n === 0 ? (
            <li key={`gap ${index}`} aria-hidden="true">
              …
            </li>
          ) : (
            <To key={n} page={n} current={n === page}>
              <span className="sr-only">Page </span>
              {n}
            </To>
          ),
        )}
        {page < of && <To page={page + 1}>Next</To>}
      </ul>
    </nav>
  )
}

function To({
  page,
  current = false,
  children,
}: {
  page: number
  current?: boolean
  children: ReactNode
}) {
  return (
    <li>
      <Link
        to="/"
        search={(now) => changed(now, { page: page > 1 ? page : undefined })}
        activeProps={{}}
        aria-current={current ? 'page' : undefined}
        className={`flex min-h-11 min-w-11 items-center justify-center rounded-full px-3 tabular-nums ${current ? 'bg-leaf text-on-leaf' : 'hover:bg-leaf-soft'}`}
      >
        {children}
      </Link>
    </li>
  )
}
