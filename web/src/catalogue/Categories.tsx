import { Link } from '@tanstack/react-router'
import { graphql, unmask, type FragmentType } from '../gql'
import type { CategoriesQuery } from '../gql/graphql'
import { dataOf } from '../regions/region'
import { useRegion, type RegionQuery } from '../regions/useRegion'
import { changed } from './search'

export const CategoriesDocument = graphql(`
  query Categories {
    categories {
      id
      slug
      title
      ...CategoryHeadParts
    }
  }
`)

const CategoryCountsParts = graphql(`
  fragment CategoryCountsParts on ProductFacets {
    categories {
      count
      category {
        id
      }
    }
  }
`)

type Aisles = NonNullable<CategoriesQuery['categories']>

export function useCategories(): RegionQuery<Aisles> {
  return useRegion({ query: CategoriesDocument, variables: {}, root: 'categories' })
}

/**
 * Links to the categories, with the number of matches in each. It shows no notice: the list of
 * products has one for the same service.
 */
export function Categories({
  of: { region },
  facets,
  current,
}: {
  of: RegionQuery<Aisles>
  facets: FragmentType<typeof CategoryCountsParts> | undefined
  current: string | undefined
}) {
  const categories = dataOf(region)
  const counts = unmask(CategoryCountsParts, facets)?.categories
  if (!categories)
    return region.state === 'loading' ? (
      <div className="bone h-11 max-w-xl" aria-hidden="true" />
    ) : null

  return (
    <nav
      aria-label="Categories"
      className="relative -mx-4 overflow-x-auto px-4 py-1 sm:mx-0 sm:px-1"
    >
      <ul className="flex gap-2 sm:flex-wrap">
        <Category title="All" current={current === undefined} />
        {categories.map(({ id, slug, title }) => (
          <Category
            key={id}
            slug={slug}
            title={title}
            count={counts && (counts.find(({ category }) => category.id === id)?.count ?? 0)}
            current={slug === current}
          />
        ))}
      </ul>
    </nav>
  )
}

function Category({
  slug,
  title,
  count,
  current,
}: {
  slug?: string
  title: string
  count?: number | undefined
  current: boolean
}) {
  return (
    <li>
      <Link
        to="/"
        search={(now) => changed(now, { category: slug })}
        resetScroll={false}
        activeProps={{}}
        aria-current={current ? 'true' : undefined}
        className={`flex min-h-11 items-center gap-2 rounded-full px-4 whitespace-nowrap ring-1 ring-inset ${
          current ? 'bg-leaf text-on-leaf ring-leaf' : 'ring-line hover:bg-leaf-soft'
        }`}
      >
        {title}
        {count !== undefined && (
          <span className="text-sm tabular-nums opacity-80">
            {count}
            <span className="sr-only"> products</span>
          </span>
        )}
      </Link>
    </li>
  )
}
