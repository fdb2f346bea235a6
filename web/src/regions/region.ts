import type { Fault } from './fault'

/**
 * What a part of a page has to show.
 *
 * A null is no news by itself: null without an error means that there is nothing (`empty`), null
 * with an error that it is not known (`degraded`). `stale` is the last good answer in place of an
 * unknown one. `missing` lists what fails deeper inside data that is there.
 */
export type Region<T> =
  | { state: 'loading' }
  | { state: 'empty' }
  | { state: 'ready'; data: T; missing: readonly Fault[] }
  | { state: 'stale'; data: T; since: number; fault: Fault }
  | { state: 'degraded'; fault: Fault }

export type Path = readonly (string | number)[]

/** The last good data of a region, and when it was fetched. */
export interface Copy<T> {
  data: T
  at: number
}

interface Answer {
  data: unknown
  fetching: boolean
  faults: readonly Fault[]
}

/**
 * Decides what the region at `path` of an answer has to show; `last` is its last good data, if
 * any.
 */
export function regionOf<T>(answer: Answer, path: Path, last?: Copy<T>): Region<T> {
  const value = at(answer.data, path) as T | null | undefined
  const related = answer.faults.filter((fault) => touches(fault.path, path))
  if (value !== null && value !== undefined)
    return { state: 'ready', data: value, missing: related }

  const [fault] = related
  if (fault && last) return { state: 'stale', data: last.data, since: last.at, fault }
  if (fault) return { state: 'degraded', fault }
  if (answer.fetching || answer.data === undefined || answer.data === null)
    return { state: 'loading' }
  return { state: 'empty' }
}

/** The fault that keeps a region, or a part of it, from being shown. */
export function faultIn(region: Region<unknown>): Fault | undefined {
  if (region.state === 'degraded' || region.state === 'stale') return region.fault
  return region.state === 'ready' ? region.missing[0] : undefined
}

/** The data to show, fresh or not. */
export function dataOf<T>(region: Region<T>): T | undefined {
  return region.state === 'ready' || region.state === 'stale' ? region.data : undefined
}

/**
 * An error above the region nulls it; one below explains a hole in it, or a null that climbed up
 * to it.
 */
function touches(fault: Path | undefined, region: Path): boolean {
  if (!fault) return true
  const shared = Math.min(fault.length, region.length)
  return fault.slice(0, shared).every((key, index) => key === region[index])
}

function at(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || value === undefined
        ? value
        : (value as Record<string | number, unknown>)[key],
    data,
  )
}
