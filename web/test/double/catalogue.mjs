import { load } from 'js-yaml'
import { readFileSync } from 'node:fs'

/** The seed of the product service, in the shape of the graph. */
export function readCatalogue(file) {
  const seed = load(readFileSync(file, 'utf8'))
  const categories = seed.categories.map(({ slug, title, description, products }) => ({
    id: `cat_${slug}`,
    slug,
    title,
    description,
    productCount: products.length,
  }))
  const products = seed.categories.flatMap((category, index) =>
    category.products.map((product, position) => toProduct(product, categories[index], `${category.sku}-${position + 1}`)),
  )
  return { categories, products }
}

function toProduct({ slug, title, description, price, onHand, added, alt }, category, sku) {
  const createdAt = new Date(added).toISOString()
  const status = onHand === 0 ? 'OUT_OF_STOCK' : onHand < 10 ? 'LOW_STOCK' : 'IN_STOCK'
  return {
    id: `prd_${slug}`,
    slug,
    sku,
    title,
    description,
    category,
    price: { amountMinor: price, currency: 'EUR', decimal: (price / 100).toFixed(2) },
    images: alt.map((text, index) => ({ url: `/images/${slug}-${index + 1}.svg`, alt: text, width: 800, height: 800 })),
    stock: { status, maximumQuantity: Math.min(onHand, 20) },
    createdAt,
    updatedAt: createdAt,
  }
}
