import { Link, useLocation } from '@tanstack/react-router'
import { Heading } from '../ui/Heading'

/**
 * Shown in place of a personal page. Its links replace the address in the history, for the next
 * person.
 */
export function PleaseLogIn({ title }: { title: string }) {
  const next = useLocation({ select: ({ pathname }) => pathname })
  return (
    <div className="mx-auto max-w-prose py-12 text-center">
      <Heading title={title} />
      <p className="mt-4 text-muted">Please log in to see this page.</p>
      <p className="mt-8 flex flex-wrap justify-center gap-3">
        <Link to="/login" search={{ next }} replace className="button">
          Log in
        </Link>
        <Link to="/register" search={{ next }} replace className="button button-quiet">
          Register
        </Link>
      </p>
    </div>
  )
}
