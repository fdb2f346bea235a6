import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { ProductSort } from '../gql/graphql'
import { changed, sorts, type CatalogueSearch } from './search'

const settling = 300

/** Search and order of the products. Both are in the address, so that it can be shared. */
export function Toolbar({ search, disabled }: { search: CatalogueSearch; disabled: boolean }) {
  const navigate = useNavigate()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const input = useRef<HTMLInputElement>(null)

  const find = (words: string, replace: boolean) => {
    clearTimeout(timer.current)
    void navigate({
      to: '/',
      search: (now) => changed(now, { q: words.trim() || undefined }),
      replace,
      resetScroll: false,
    })
  }

  // The address may change without the visitor typing: by a link, or the way back.
  useEffect(() => {
    if (input.current && document.activeElement !== input.current)
      input.current.value = search.q ?? ''
  }, [search.q])
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <search className="flex flex-wrap items-end gap-3">
      <form
        className="min-w-[14rem] flex-[3]"
        onSubmit={(event) => {
          event.preventDefault()
          find(input.current?.value ?? '', false)
        }}
      >
        <label htmlFor="search" className="sr-only">
          Search the catalogue
        </label>
        <input
          ref={input}
          id="search"
          type="search"
          className="field !rounded-full !px-5"
          placeholder={disabled ? 'Search is unavailable right now' : 'Search the catalogue'}
          defaultValue={search.q ?? ''}
          maxLength={100}
          disabled={disabled}
          onChange={({ target }) => {
            clearTimeout(timer.current)
            timer.current = setTimeout(() => find(target.value, true), settling)
          }}
        />
      </form>
      <div className="min-w-[11rem] flex-1">
        <label htmlFor="sort" className="sr-only">
          Sort by
        </label>
        <select
          id="sort"
          className="field !rounded-full"
          value={search.sort ?? 'NAME_ASC'}
          disabled={disabled}
          onChange={({ target }) => {
            const sort = target.value as ProductSort
            void navigate({
              to: '/',
              search: (now) => changed(now, { sort: sort === 'NAME_ASC' ? undefined : sort }),
              resetScroll: false,
            })
          }}
        >
          {Object.entries(sorts).map(([sort, title]) => (
            <option key={sort} value={sort}>
              {title}
            </option>
          ))}
        </select>
      </div>
    </search>
  )
}
