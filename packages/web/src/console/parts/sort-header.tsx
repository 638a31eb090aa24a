/**
 * The head of a column that sorts: a button, and `aria-sort` on its cell. How it is sorted stands in the address.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { navigate, place, withQuery } from '../route.ts'

/** How a list is sorted: by which column, and whether the largest comes first. */
export interface Sort {
  readonly by: string
  readonly isDescending: boolean
}

/** How the address says that a list is sorted. */
export function sortOf(byDefault: string): Sort {
  const text = place.value.query.get('sort') ?? byDefault
  return text.startsWith('-')
    ? { by: text.slice(1), isDescending: true }
    : { by: text, isDescending: false }
}

/** The head of a column that sorts. `byDefault` is how the list is sorted when the address says nothing. */
export function SortHeader({
  by,
  byDefault,
  children,
}: {
  readonly by: string
  readonly byDefault: string
  readonly children: ComponentChildren
}): JSX.Element {
  const sort = sortOf(byDefault)
  const isSorted = sort.by === by
  const direction = sort.isDescending ? 'descending' : 'ascending'
  const turn = (): void => {
    const next = isSorted && !sort.isDescending ? `-${by}` : by
    const to = { sort: next === byDefault ? undefined : next, after: undefined }
    void navigate(withQuery(to), 'replace')
  }
  return (
    <th scope="col" aria-sort={isSorted ? direction : undefined}>
      <button type="button" class="sort" onClick={turn}>
        {children}
        <svg class="sort-mark" viewBox="0 0 10 14" aria-hidden="true">
          <path class="is-up" d="M5 1 9 6H1z" />
          <path class="is-down" d="M5 13 1 8h8z" />
        </svg>
      </button>
    </th>
  )
}
