import { Link, useSearch } from '@tanstack/react-router'
import { graphql, unmask, type FragmentType } from '../gql'
import { dataOf } from '../regions/region'
import { Heading } from '../ui/Heading'
import { Trefoil } from '../ui/Trefoil'
import { Categories, useCategories } from './Categories'
import { useFacets } from './facets'
import { Filters } from './Filters'
import { hasWord, type CatalogueSearch } from './search'
import { Shelf, useShelf } from './Shelf'
import { Toolbar } from './Toolbar'

const CategoryHeadParts = graphql(`
  fragment CategoryHeadParts on Category {
    title
    description
  }
`)

/** The catalogue: categories, search, filters, order, and the products. */
export function HomePage() {
  const search = useSearch({ from: '/' })
  const categories = useCategories()
  const facets = useFacets(search)
  const category = dataOf(categories.region)?.find(({ slug }) => slug === search.category)
  return (
    <>
      {category ? <CategoryHead of={category} /> : <Welcome />}
      <div className="mt-8 mb-6">
        <Categories
          of={categories}
          facets={dataOf(facets.region)?.facets}
          current={search.category}
        />
      </div>
      <Found search={search} facets={facets} />
    </>
  )
}

function Welcome() {
  return (
    <div className="relative overflow-hidden rounded-3xl bg-leaf-soft px-6 py-10 sm:px-12 sm:py-16">
      <Trefoil className="absolute -right-8 -bottom-14 w-52 rotate-12 text-leaf opacity-15 sm:right-8 sm:-bottom-20 sm:w-80" />
      <div className="relative max-w-xl">
        <Heading title="Trefoil">Good things, plainly made</Heading>
        <p className="mt-3 text-lg text-muted">
          For the kitchen, the desk, the garden and the long evening. Look around and take your
          time.
        </p>
      </div>
    </div>
  )
}

function CategoryHead({ of }: { of: FragmentType<typeof CategoryHeadParts> }) {
  const { title, description } = unmask(CategoryHeadParts, of)
  return (
    <div className="max-w-2xl py-4 sm:py-8">
      <Heading title={title} />
      <p className="mt-3 text-lg text-muted">{description}</p>
    </div>
  )
}

function Found({
  search,
  facets,
}: {
  search: CatalogueSearch
  facets: ReturnType<typeof useFacets>
}) {
  const shelf = useShelf(search)
  const found = dataOf(facets.region)
  const unavailable = shelf.region.state === 'degraded' || shelf.region.state === 'stale'
  return (
    <>
      <Toolbar search={search} disabled={unavailable} />
      <Filters search={search} of={found?.facets} disabled={unavailable} />
      <h2 className="sr-only">Products</h2>
      <p role="status" className="mt-4 mb-6 min-h-6 text-sm text-muted">
        {found && (found.totalCount === 1 ? '1 product' : `${found.totalCount} products`)}
        {search.q && ` for “${search.q}”`}
      </p>
      {found?.totalCount === 0 && (
        <p className="py-10 text-center text-lg">
          {search.q && !hasWord(search.q)
            ? 'Nothing found: a search needs a letter or a digit.'
            : 'Nothing found.'}{' '}
          <Link to="/" className="link">
            Show everything
          </Link>
        </p>
      )}
      <Shelf of={shelf} search={search} />
    </>
  )
}
