/**
 * The list of service apps. What is searched, filtered and sorted stands in the address.
 * @module
 */

import type { JSX } from 'preact'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, ApiFailure, readAll, serverNow } from '../../api.ts'
import { type Loaded, useLoaded } from '../../loaded.ts'
import { Field } from '../../parts/field.tsx'
import { Instant } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { SortHeader, sortOf } from '../../parts/sort-header.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { navigate, place, withQuery } from '../../route.ts'
import type { ScreenProps } from '../../screens.ts'
import { hasRole } from '../../session.ts'
import { consoleStrings } from '../../strings.ts'
import { useTitle } from '../../title.ts'
import type { App, ReasonGroup } from '../../wire.ts'
import { type AppRow, type Filter, FILTERS, fits, rowOf, SORTED_BY, sorted } from './app-row.ts'
import { appsStrings as texts } from './strings.ts'

const MAX_APPS = 1000
const PAGE = 50
const DAY_MS = 86_400_000

/** The screen. */
export function Screen(_: ScreenProps): JSX.Element {
  useTitle(consoleStrings.nav.apps)
  const { query } = place.value
  const words = query.get('q') ?? ''
  const filter = FILTERS.find((name) => name === query.get('show')) ?? 'all'
  const apps = useLoaded('apps', (signal) =>
    readAll<App>('/api/v1/apps', { query: { expand: 'privileges' }, max: MAX_APPS, signal }),
  )
  const isCut = (apps.state.value.value?.length ?? 0) >= MAX_APPS
  // Those that are not listed are found by the server.
  const asked = isCut ? words : ''
  const named = useLoaded(`named ${asked}`, (signal) =>
    asked === ''
      ? Promise.resolve([])
      : readAll<App>('/api/v1/apps', {
          query: { expand: 'privileges', q: asked },
          max: PAGE,
          signal,
        }),
  )
  const failures = useLoaded('failures', readFailures)
  const mayCreate = hasRole('APP_ADMIN', 'SUPER_ADMIN')
  const create = mayCreate ? (
    <a class="button primary" href="/console/apps/new">
      {texts.create}
    </a>
  ) : undefined
  return (
    <>
      <PageHead title={consoleStrings.nav.apps} lead={texts.lead} actions={create} />
      <Shown of={apps} what={texts.what} rows={8}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={texts.empty.title} actions={create}>
              {texts.empty.text} {mayCreate ? null : texts.empty.readOnly}
            </Empty>
          ) : (
            <List
              rows={withNamed(found, named.state.value.value ?? []).map((app) =>
                rowOf(app, countsOf(failures.state.value)),
              )}
              isCut={isCut}
              words={words}
              filter={filter}
            />
          )
        }
      </Shown>
    </>
  )
}

function withNamed(listed: readonly App[], named: readonly App[]): readonly App[] {
  const ids = new Set(listed.map(({ id }) => id))
  return [...listed, ...named.filter(({ id }) => !ids.has(id))]
}

function List({
  rows,
  isCut,
  words,
  filter,
}: {
  readonly rows: readonly AppRow[]
  /** Whether there are more apps than are listed. */
  readonly isCut: boolean
  readonly words: string
  readonly filter: Filter
}): JSX.Element {
  const found = sorted(
    rows.filter((row) => fits(row, words, filter)),
    sortOf(SORTED_BY),
  )
  const pages = Math.max(1, Math.ceil(found.length / PAGE))
  const page = Math.min(pages, Math.max(1, Number(place.value.query.get('page')) || 1))
  const shown = found.slice((page - 1) * PAGE, page * PAGE)
  const most = Math.max(1, ...rows.map(({ failures }) => failures ?? 0))
  return (
    <>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <div class="field is-growing">
          <label for="q">{texts.search}</label>
          <input
            type="search"
            id="q"
            autocomplete="off"
            spellcheck={false}
            placeholder={texts.searchHint}
            value={words}
            onInput={(event) =>
              void navigate(withQuery({ q: event.currentTarget.value, page: undefined }), 'replace')
            }
          />
        </div>
        <Field id="show" label={texts.filter}>
          {(control) => (
            <select
              {...control}
              value={filter}
              onChange={({ currentTarget: { value } }) =>
                void navigate(
                  withQuery({ show: value === 'all' ? undefined : value, page: undefined }),
                )
              }
            >
              {FILTERS.map((name) => (
                <option key={name} value={name}>
                  {texts.filters[name]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </form>
      {isCut ? <p class="note">{texts.tooMany(MAX_APPS)}</p> : null}
      {found.length === 0 ? (
        <Empty
          title={texts.nothing(wordsOf(words, filter))}
          actions={
            <button
              type="button"
              onClick={() => void navigate(withQuery({ q: undefined, show: undefined }))}
            >
              {consoleStrings.clearFilters}
            </button>
          }
        />
      ) : (
        <div class="table-wrap">
          <table class="data is-folding" id="apps">
            <caption>{texts.caption(found.length, rows.length)}</caption>
            <thead>
              <tr>
                {(['name', 'status', 'keys', 'scopes', 'used', 'failures', 'owner'] as const).map(
                  (column) => (
                    <SortHeader key={column} by={column} byDefault={SORTED_BY}>
                      {texts.columns[column]}
                    </SortHeader>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={row.app.id} row={row} most={most} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pages === 1 ? null : (
        <nav class="pager" aria-label={texts.page(page, pages)}>
          {page === 1 ? null : (
            <a class="button" href={withQuery({ page: String(page - 1) })}>
              {texts.previous}
            </a>
          )}
          <span>{texts.page(page, pages)}</span>
          {page === pages ? null : (
            <a class="button" href={withQuery({ page: String(page + 1) })}>
              {texts.next}
            </a>
          )}
        </nav>
      )}
    </>
  )
}

function Row({ row, most }: { readonly row: AppRow; readonly most: number }): JSX.Element {
  const { app, scopes, used, failures, owner } = row
  const { id, label, status } = app
  const { columns } = texts
  return (
    <tr>
      <th scope="row">
        <a href={`/console/apps/${id}`}>{visibleText(label)}</a>
        <div class="with-copy under-name">
          <code>{id}</code>
          <CopyButton
            label={consoleStrings.copy}
            what={`client ID of ${visibleText(label)}`}
            text={() => id}
          />
        </div>
      </th>
      <td>
        <StatusMark tone={status === 'ACTIVE' ? 'good' : 'calm'}>
          {consoleStrings.states[status]}
        </StatusMark>
      </td>
      <td data-label={columns.keys}>
        <Keys {...row} />
      </td>
      <td data-label={columns.scopes}>{scopes}</td>
      <td data-label={columns.used}>
        <Instant at={used === 0 ? undefined : used} isShort />
      </td>
      <td data-label={columns.failures}>
        {failures === undefined ? (
          '–'
        ) : failures === 0 ? (
          '0'
        ) : (
          <a class="failures" href={`/console/apps/${id}/activity`}>
            {failures}
            <meter min={0} max={most} value={failures} aria-label={columns.failures} />
          </a>
        )}
      </td>
      <td data-label={columns.owner}>{owner === '' ? '–' : visibleText(owner)}</td>
    </tr>
  )
}

function Keys({ active, inactive, isPublished, expiring, firstExpiry }: AppRow): JSX.Element {
  if (isPublished) return <>{texts.published}</>
  if (active + inactive === 0) return <StatusMark tone="warn">{texts.noKeys}</StatusMark>
  return (
    <>
      <span class="whole">{texts.active(active)}</span>
      {inactive === 0 ? null : (
        <>
          {', '}
          <span class="whole">{texts.inactive(inactive)}</span>
        </>
      )}
      {firstExpiry === undefined ? null : (
        <div>
          <StatusMark tone="warn">
            {texts.expiring(expiring, Math.floor((firstExpiry - serverNow()) / DAY_MS))}
          </StatusMark>
        </div>
      )}
    </>
  )
}

/** How often each app was refused in a day; nothing when the log can't be read: the list goes without. */
async function readFailures(signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    const { body } = await api.get<{ readonly reasons: readonly ReasonGroup[] }>(
      '/api/v1/logs/reasons',
      { signal },
    )
    const counts = new Map<string, number>()
    for (const { clientId, count } of body.reasons) {
      if (clientId !== null) counts.set(clientId, (counts.get(clientId) ?? 0) + count)
    }
    return counts
  } catch (failure) {
    if (failure instanceof ApiFailure) return undefined
    throw failure
  }
}

function countsOf(
  state: Loaded<ReadonlyMap<string, number> | undefined>,
): ReadonlyMap<string, number> | undefined {
  return state.value
}

function wordsOf(words: string, filter: Filter): string {
  const parts = [
    ...(words === '' ? [] : [`‘${visibleText(words)}’`]),
    ...(filter === 'all' ? [] : [`‘${texts.filters[filter]}’`]),
  ]
  return parts.join(' with ')
}
