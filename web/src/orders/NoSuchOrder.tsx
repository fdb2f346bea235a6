import { Link } from '@tanstack/react-router'
import { Heading } from '../ui/Heading'

export function NoSuchOrder() {
  return (
    <div className="mx-auto max-w-prose py-12 text-center">
      <Heading title="No such order" />
      <p className="mt-4 text-muted">None of your orders has this address.</p>
      <p className="mt-8">
        <Link to="/account" className="button">
          All orders
        </Link>
      </p>
    </div>
  )
}
