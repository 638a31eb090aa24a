/**
 * The form of the filters. What is filtered by stands in the address.
 * @module
 */

import type { JSX } from 'preact'
import { Field } from '../parts/field.tsx'
import { navigate, place, withQuery } from '../route.ts'
import { consoleStrings } from '../strings.ts'
import { type FilterName, FILTERS, type Filters, isFiltered } from './filters.ts'
import { logStrings } from './strings.ts'

const { filters: texts } = logStrings
const MORE = ['reason', 'scope', 'key', 'ip', 'request', 'since', 'until'] as const

/** The form. `isOfOneApp`: the app is given. */
export function FilterForm({
  filters,
  isOfOneApp = false,
}: {
  readonly filters: Filters
  readonly isOfOneApp?: boolean
}): JSX.Element {
  const apply = (form: HTMLFormElement): void => {
    const given = new FormData(form)
    const changes = Object.fromEntries(
      FILTERS.map((name) => {
        const value = given.get(name)
        return [name, typeof value === 'string' ? value.trim() : '']
      }),
    )
    void navigate(withQuery(changes))
  }
  const field = (name: Exclude<FilterName, 'kind'>): JSX.Element => (
    <Field id={`filter-${name}`} key={name} label={texts[name]}>
      {(control) => {
        const given = { ...control, name, defaultValue: filters[name] }
        return name === 'since' || name === 'until' ? (
          <input {...given} type="datetime-local" />
        ) : (
          <input {...given} type="search" autocomplete="off" spellcheck={false} />
        )
      }}
    </Field>
  )
  const isMoreOpen = MORE.some((name) => filters[name] !== '')
  return (
    <form
      class="filters log-filters"
      role="search"
      aria-label={texts.label}
      key={place.value.query.toString()}
      onSubmit={(event) => {
        event.preventDefault()
        apply(event.currentTarget)
      }}
    >
      <Field id="filter-kind" label={texts.kind}>
        {(control) => (
          <select {...control} name="kind">
            {Object.entries(texts.kinds).map(([kind, label]) => (
              <option key={kind} value={kind} selected={kind === filters.kind}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {field('q')}
      {isOfOneApp ? null : field('app')}
      <button type="submit">{texts.apply}</button>
      {isFiltered(isOfOneApp ? { ...filters, app: '' } : filters) ? (
        <a class="button" href={place.value.path}>
          {consoleStrings.clearFilters}
        </a>
      ) : null}
      <details class="more-filters" open={isMoreOpen}>
        <summary>{texts.more}</summary>
        <div class="filters">{MORE.map(field)}</div>
      </details>
    </form>
  )
}
