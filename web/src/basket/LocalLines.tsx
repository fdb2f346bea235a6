import { Link } from '@tanstack/react-router'
import { useServices } from '../services/services'
import { graphql } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { Picture } from '../ui/Picture'
import { Stepper } from '../ui/Stepper'
import { useBasket } from './BasketProvider'
import type { LocalLine } from './localBasket'

const LocalLineDocument = graphql(`
  query LocalLine($id: ID!) {
    product(id: $id) {
      id
      slug
      title
      price {
        ...MoneyParts
      }
      images {
        ...PictureParts
      }
      stock {
        maximumQuantity
      }
    }
  }
`)

/** Lists the lines that wait in the browser, with the catalogue's data or the title alone. */
export function LocalLines() {
  const { local } = useBasket()
  return (
    <ul className="divide-y divide-line border-y border-line self-start">
      {local.map((line, index) => (
        <Line key={line.productId} line={line} tells={index === 0} />
      ))}
    </ul>
  )
}

/** All lines ask the same service, so only one of them shows the notice. */
function Line({ line, tells }: { line: LocalLine; tells: boolean }) {
  const { localBasket } = useServices()
  const { region, retry, fetching } = useRegion({
    query: LocalLineDocument,
    variables: { id: line.productId },
    root: 'product',
  })
  const product = dataOf(region)
  const fault = faultIn(region)
  const title = product?.title ?? line.title
  return (
    <li className="grid grid-cols-[5rem_1fr] gap-x-4 py-5 sm:grid-cols-[7rem_1fr] sm:gap-x-6">
      <div className="self-start overflow-hidden rounded-xl ring-1 ring-line">
        <Picture of={product?.images[0]} decorative />
      </div>
      <div>
        <h3 className="font-medium">
          {product ? (
            <Link
              to="/products/$slug"
              params={{ slug: product.slug }}
              className="inline-block py-0.5 hover:underline"
            >
              {title}
            </Link>
          ) : (
            title
          )}
        </h3>
        <p className="text-sm text-muted">
          {product && (
            <>
              <Money of={product.price} /> each
            </>
          )}
          {region.state === 'empty' && 'No longer on sale'}
        </p>
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <Stepper
            label={title}
            value={line.quantity}
            maximum={product?.stock.maximumQuantity ?? 999}
            onChange={(quantity) => localBasket.set(line.productId, quantity)}
          />
          <button
            type="button"
            className="link min-h-9 px-1 text-sm"
            onClick={() => localBasket.set(line.productId, 0)}
          >
            Remove<span className="sr-only"> {title}</span>
          </button>
        </div>
        {tells && fault && !product && (
          <div className="mt-3">
            <Notice fault={fault} retry={retry} fetching={fetching}>
              Prices and pictures are unavailable right now.
            </Notice>
          </div>
        )}
      </div>
    </li>
  )
}
