import { Link } from '@tanstack/react-router'
import { graphql, unmask, type FragmentType } from '../gql'
import { stockHint } from '../catalogue/stock'
import { Money } from '../ui/Money'
import { Picture } from '../ui/Picture'
import { Stepper } from '../ui/Stepper'
import { useBasket } from './BasketProvider'
import { wished } from './queue'

const BasketLineParts = graphql(`
  fragment BasketLineParts on OrderItem {
    productId
    title
    quantity
    unitPrice {
      ...MoneyParts
    }
    lineTotal {
      ...MoneyParts
    }
  }
`)

const LiveProductParts = graphql(`
  fragment LiveProductParts on Product {
    slug
    images {
      ...PictureParts
    }
    stock {
      status
      maximumQuantity
    }
  }
`)

const most = 999

interface Props {
  of: FragmentType<typeof BasketLineParts>
  /** The product as the catalogue has it now. */
  product: FragmentType<typeof LiveProductParts> | undefined
  readOnly: boolean
}

/**
 * One line, with the order service's title and price, and the catalogue's picture if there is one.
 */
export function BasketLine({ of, product, readOnly }: Props) {
  const { queue, set } = useBasket()
  const { productId, title, quantity: held, unitPrice, lineTotal } = unmask(BasketLineParts, of)
  const live = unmask(LiveProductParts, product)
  const wish = queue.open.get(productId)
  const quantity = wished(wish, held)
  const change = (next: number) => set({ productId, quantity: next, title })
  if (quantity === 0) return null

  return (
    <li className="grid grid-cols-[5rem_1fr] gap-x-4 gap-y-3 py-5 sm:grid-cols-[7rem_1fr_auto] sm:gap-x-6">
      <div className="row-span-2 self-start overflow-hidden rounded-xl ring-1 ring-line sm:row-span-1">
        <Picture of={live?.images[0]} decorative />
      </div>
      <div>
        <h3 className="font-medium">
          {live ? (
            <Link
              to="/products/$slug"
              params={{ slug: live.slug }}
              className="inline-block py-0.5 hover:underline"
            >
              {title}
            </Link>
          ) : (
            title
          )}
        </h3>
        <p className="text-sm text-muted">
          <Money of={unitPrice} /> each
          {live &&
            stockHint(live.stock.status) &&
            `, ${stockHint(live.stock.status)?.toLowerCase()}`}
        </p>
        {readOnly ? (
          <p className="mt-3">Quantity {quantity}</p>
        ) : (
          <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
            <Stepper
              label={title}
              value={quantity}
              maximum={live?.stock.maximumQuantity ?? most}
              onChange={change}
            />
            <button type="button" className="link min-h-9 px-1 text-sm" onClick={() => change(0)}>
              Remove<span className="sr-only"> {title}</span>
            </button>
          </div>
        )}
      </div>
      <p className="font-medium sm:text-right">
        <span className="sr-only">Line total </span>
        <Money of={lineTotal} settling={wish !== undefined} />
      </p>
    </li>
  )
}
