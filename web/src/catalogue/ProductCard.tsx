import { Link } from '@tanstack/react-router'
import { graphql, unmask, type FragmentType } from '../gql'
import { Money } from '../ui/Money'
import { Picture } from '../ui/Picture'
import { stockHint } from './stock'

const ProductCardParts = graphql(`
  fragment ProductCardParts on Product {
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
      status
      maximumQuantity
    }
  }
`)

/** One product of the list. The whole card is a link, named by the title. */
export function ProductCard({
  of,
  eager,
}: {
  of: FragmentType<typeof ProductCardParts>
  eager: boolean
}) {
  const { slug, title, price, images, stock } = unmask(ProductCardParts, of)
  const hint = stockHint(stock.status)
  return (
    <li className="group relative">
      <div className="overflow-hidden rounded-2xl ring-1 ring-line transition-shadow group-hover:ring-2 group-hover:ring-leaf">
        <Picture of={images[0]} eager={eager} decorative />
      </div>
      <h3 className="mt-3 leading-snug font-medium">
        <Link
          to="/products/$slug"
          params={{ slug }}
          className="after:absolute after:inset-0 after:rounded-2xl group-hover:underline focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-offset-4 focus-visible:after:outline-leaf"
        >
          {title}
        </Link>
      </h3>
      <p className="mt-0.5 flex flex-wrap items-baseline justify-between gap-x-3 text-muted">
        <Money of={price} />
        {hint && <span className="text-sm">{hint}</span>}
      </p>
    </li>
  )
}
