import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useBasket } from '../basket/BasketProvider'
import { graphql, unmask, type FragmentType } from '../gql'
import { dataOf, faultIn } from '../regions/region'
import { useRegion } from '../regions/useRegion'
import { Bones } from '../ui/Bones'
import { Heading } from '../ui/Heading'
import { Money } from '../ui/Money'
import { Notice } from '../ui/Notice'
import { Picture } from '../ui/Picture'
import { AddToBasket } from './AddToBasket'
import { stockHint } from './stock'

const ProductDocument = graphql(`
  query Product($slug: String!) {
    product(slug: $slug) {
      id
      ...ProductParts
    }
  }
`)

const ProductParts = graphql(`
  fragment ProductParts on Product {
    id
    sku
    title
    description
    category {
      id
      slug
      title
    }
    price {
      ...MoneyParts
    }
    images {
      ...GalleryParts
    }
    stock {
      status
    }
    ...AddToBasketParts
  }
`)

const GalleryParts = graphql(`
  fragment GalleryParts on Image {
    url
    ...PictureParts
  }
`)

export function ProductPage() {
  const { slug } = useParams({ from: '/products/$slug' })
  return <ProductRegion key={slug} slug={slug} />
}

function ProductRegion({ slug }: { slug: string }) {
  const { region, retry, fetching } = useRegion({
    query: ProductDocument,
    variables: { slug },
    root: 'product',
  })
  const fault = faultIn(region)
  const product = dataOf(region)
  return (
    <>
      {region.state === 'empty' && <Gone />}
      {fault && (
        <div className="mb-8 space-y-6">
          {!product && <Heading title="Product" />}
          <Notice fault={fault} retry={retry} fetching={fetching}>
            {product
              ? 'The catalogue is unavailable right now. This page may be out of date.'
              : 'The catalogue is unavailable right now, so this product is not shown.'}
          </Notice>
        </div>
      )}
      {region.state === 'loading' && <Loading />}
      {product && <Details of={product} />}
    </>
  )
}

function Details({ of }: { of: FragmentType<typeof ProductParts> }) {
  const product = unmask(ProductParts, of)
  const { category, title, description, price, sku, stock } = product
  const { region } = useBasket()
  const held = dataOf(region)?.items.find(({ productId }) => productId === product.id)?.quantity
  return (
    <article className="grid gap-8 md:grid-cols-2 md:gap-14">
      <Gallery of={product.images} />
      <div className="md:pt-4">
        <p className="mb-3">
          <Link to="/" search={{ category: category.slug }} className="link inline-block py-1">
            {category.title}
          </Link>
        </p>
        <Heading title={title} />
        <p className="mt-4 text-2xl">
          <Money of={price} />
        </p>
        <p className="mt-1 text-muted">{stockHint(stock.status) ?? 'In stock'}, tax included</p>
        <p className="mt-6 max-w-prose text-lg leading-relaxed whitespace-pre-line">
          {description}
        </p>
        <AddToBasket of={product} held={held} />
        <p className="mt-10 border-t border-line pt-4 text-sm text-muted">Article {sku}</p>
      </div>
    </article>
  )
}

function Gallery({ of }: { of: readonly FragmentType<typeof GalleryParts>[] }) {
  const images = unmask(GalleryParts, of)
  const [shown, setShown] = useState(0)
  return (
    <div>
      <div className="overflow-hidden rounded-3xl ring-1 ring-line">
        <Picture of={images[shown]} eager />
      </div>
      {images.length > 1 && (
        <ul className="mt-4 flex gap-3">
          {images.map((image, index) => (
            <li key={image.url}>
              <button
                type="button"
                aria-label={`Picture ${index + 1} of ${images.length}`}
                aria-pressed={index === shown}
                className="block size-16 overflow-hidden rounded-xl ring-1 ring-line aria-pressed:ring-2 aria-pressed:ring-leaf"
                onClick={() => setShown(index)}
              >
                <Picture of={image} decorative />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Loading() {
  return (
    <div className="grid gap-8 md:grid-cols-2 md:gap-14">
      <div className="bone aspect-square !rounded-3xl" aria-hidden="true" />
      <div className="md:pt-10">
        <Bones lines={6} label="Loading the product" />
      </div>
    </div>
  )
}

function Gone() {
  return (
    <div className="mx-auto max-w-prose py-16 text-center">
      <Heading title="No such product" />
      <p className="mt-4 text-muted">It may no longer be on sale.</p>
      <p className="mt-8">
        <Link to="/" className="button">
          To the catalogue
        </Link>
      </p>
    </div>
  )
}
