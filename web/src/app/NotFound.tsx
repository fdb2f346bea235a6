import { Link } from '@tanstack/react-router'
import { Heading } from '../ui/Heading'

export function NotFound() {
  return (
    <div className="mx-auto max-w-prose py-16 text-center">
      <Heading title="Page not found" />
      <p className="mt-4 text-muted">There is no page at this address.</p>
      <p className="mt-8">
        <Link to="/" className="button">
          To the catalogue
        </Link>
      </p>
    </div>
  )
}
