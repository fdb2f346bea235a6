import { Link } from '@tanstack/react-router'
import { graphql, unmask, type FragmentType } from '../gql'
import { StatusPill } from '../orders/StatusPill'
import { formatDate, pieces } from '../ui/format'
import { Money } from '../ui/Money'
import { Picture, type PictureParts } from '../ui/Picture'

const OrderCardParts = graphql(`
  fragment OrderCardParts on Order {
    id
    number
    status
    placedAt
    totalQuantity
    total {
      ...MoneyParts
    }
    items {
      id
      title
      quantity
    }
    invoice {
      id
      number
    }
  }
`)

/** The first picture of each item, by the item's id. */
export type Thumbnails = ReadonlyMap<string, FragmentType<typeof PictureParts> | undefined>

const most = 5

export function OrderCard({
  of,
  thumbnails,
}: {
  of: FragmentType<typeof OrderCardParts>
  thumbnails: Thumbnails
}) {
  const { id, number, status, placedAt, totalQuantity, total, items, invoice } = unmask(
    OrderCardParts,
    of,
  )
  return (
    <li className="card p-5 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h3 className="text-lg font-medium">
          <Link to="/orders/$id" params={{ id }} className="inline-block py-0.5 hover:underline">
            Order {number}
          </Link>
        </h3>
        <StatusPill status={status} />
      </div>
      <p className="mt-1 text-muted">
        {placedAt && `${formatDate(placedAt)}, `}
        {pieces(totalQuantity)}, <Money of={total} />
      </p>
      <ul className="mt-4 flex gap-3">
        {items.slice(0, most).map((item) => (
          <li
            key={item.id}
            title={`${item.quantity} × ${item.title}`}
            className="w-14 rounded-lg ring-1 ring-line sm:w-16"
          >
            <Picture of={thumbnails.get(item.id)} decorative />
            <span className="sr-only">
              {item.quantity} × {item.title}
            </span>
          </li>
        ))}
        {items.length > most && (
          <li className="self-center text-muted">and {items.length - most} more</li>
        )}
      </ul>
      <p className="mt-4 flex flex-wrap gap-x-6 gap-y-1">
        <Link to="/orders/$id" params={{ id }} className="link inline-block py-1">
          See the order<span className="sr-only"> {number}</span>
        </Link>
        {invoice && (
          <Link to="/orders/$id/invoice" params={{ id }} className="link inline-block py-1">
            Invoice {invoice.number}
          </Link>
        )}
      </p>
    </li>
  )
}
