import type { OrderStatus } from '../gql/graphql'
import { statusNames } from './status'

export function StatusPill({ status }: { status: OrderStatus }) {
  return (
    <span
      className="inline-block rounded-full bg-leaf-soft px-3 py-0.5 text-sm font-medium whitespace-nowrap"
      data-status={status}
    >
      {statusNames[status]}
    </span>
  )
}
