/**
 * A list of the log: loaded, and growing at its upper end while it is live.
 * @module
 */

import {
  type Signal,
  signal,
  untracked,
  useComputed,
  useSignal,
  useSignalEffect,
} from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { announce } from '../../parts/announce.tsx'
import { visibleText } from '../../parts/visible-text.ts'
import { api } from '../api.ts'
import { useLoaded } from '../loaded.ts'
import { fullTime } from '../parts/instant.tsx'
import { Empty, Shown } from '../parts/states.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { FailureText } from '../parts/failure.tsx'
import { place } from '../route.ts'
import { consoleStrings } from '../strings.ts'
import type { LogEvent } from '../wire.ts'
import { Beside, openRequest, RequestLink } from './beside.tsx'
import { type Line, lineOf } from './entry.ts'
import { type Filters, isFiltered, queryOf } from './filters.ts'
import { type Live, watchLog } from './live.ts'
import { names, readNames } from './names.ts'
import { logStrings as texts } from './strings.ts'
import './log.css'

const PAGE = 50
/** Lines that the list shows while it grows; and while so many come at once that nobody reads them, fewer. */
const MAX_LINES = 100
const MAX_LINES_IN_FLOOD = 50
/** How often screen readers hear how many came. */
const ANNOUNCE_MS = 10_000

/** What the list needs. */
export interface LogListProps {
  readonly filters: Filters
  /** Whether the column of the app is left out: it is always the same. */
  readonly isOfOneApp?: boolean
}

interface FirstPage {
  /** Tells it from every other one that was read. */
  readonly id: number
  readonly filters: Filters
  readonly events: readonly LogEvent[]
  readonly next: string | undefined
  /** The end of the log when it was read. */
  readonly end: string
}

/** The list. Its filters say what is loaded; other ones load it anew. */
export function LogList({ filters, isOfOneApp = false }: LogListProps): JSX.Element {
  const key = JSON.stringify(filters)
  const loading = useLoaded<FirstPage>(key, (abort) => readFirst(filters, abort))
  return (
    <Beside>
      <Shown of={loading} what={texts.what} rows={8}>
        {(page) => (
          <GrowingList
            key={page.id}
            page={page}
            filters={page.filters}
            isOfOneApp={isOfOneApp}
            reload={loading.reload}
          />
        )}
      </Shown>
    </Beside>
  )
}

let pagesRead = 0

async function readFirst(filters: Filters, abort: AbortSignal): Promise<FirstPage> {
  // The end first: what comes after it is the stream's, and nothing falls between the two.
  const newest = { limit: '1', sortOrder: 'DESCENDING' }
  const { body } = await api.get<readonly LogEvent[]>('/api/v1/logs', {
    query: newest,
    signal: abort,
  })
  const { events, next } = await readPage(filters, undefined, abort)
  return { id: ++pagesRead, filters, events, next, end: body[0]?.uuid ?? '0' }
}

async function readPage(
  filters: Filters,
  after: string | undefined,
  abort?: AbortSignal,
): Promise<{ readonly events: readonly LogEvent[]; readonly next: string | undefined }> {
  const query = { ...queryOf(filters), sortOrder: 'DESCENDING', limit: String(PAGE), after }
  const { body, next } = await api.get<readonly LogEvent[]>('/api/v1/logs', {
    query,
    ...(abort === undefined ? {} : { signal: abort }),
  })
  return { events: body, next }
}

/** Whether the person paused: it stays so from one filter to the next. */
const isPaused: Signal<boolean> = signal(false)

function GrowingList({
  page,
  filters,
  isOfOneApp,
  reload,
}: {
  readonly page: FirstPage
  readonly filters: Filters
  readonly isOfOneApp: boolean
  readonly reload: () => Promise<void>
}): JSX.Element {
  const lines = useSignal<readonly Line[]>(page.events.map(lineOf))
  const older = useSignal<readonly Line[]>([])
  const next = useSignal(page.next)
  const failure = useSignal<unknown>(undefined)
  const skipped = useSignal(0)
  const live = useSignal<Live | undefined>(undefined)
  const box = useRef<HTMLDivElement>(null)
  const arrived = useRef(0)
  const announcedAt = useRef(0)
  // What ended is no longer growing.
  const isGrowing = filters.until === ''

  const add = (events: readonly LogEvent[], tooMany: number): void => {
    const known = new Set(lines.value.map(({ id }) => id))
    const added = events.filter(({ uuid }) => !known.has(uuid))
    const most = added.length < MAX_LINES_IN_FLOOD ? MAX_LINES : MAX_LINES_IN_FLOOD
    const all = [...added.slice(-most).map(lineOf).toReversed(), ...lines.value]
    lines.value = all.slice(0, most)
    // Those that fell off are no longer where older ones go on.
    if (added.length > most || all.length > most) {
      older.value = []
      next.value = lines.value.at(-1)?.id
    }
    skipped.value += tooMany
    arrived.current += added.length + tooMany
    if (Date.now() - announcedAt.current < ANNOUNCE_MS) return
    announce(texts.live.arrived(arrived.current))
    announcedAt.current = Date.now()
    arrived.current = 0
  }
  const hold = (): void => {
    const isInside = box.current?.contains(document.activeElement) ?? false
    const top = box.current?.getBoundingClientRect().top ?? 0
    const isScrolled = scrollY > 0 && top < 0
    // What is read beside the list stays where it is in it.
    const isRead = openRequest.value !== undefined
    if (live.value === undefined) return
    live.value.isHeld.value = isPaused.value || isInside || isScrolled || isRead
  }

  useEffect(() => {
    void readNames()
    if (!isGrowing) return undefined
    const query = queryOf(filters)
    const watching = watchLog({
      query: { kind: query['kind'], q: query['q'], filter: query['filter'] },
      after: page.end,
      onEntries: add,
    })
    live.value = watching
    hold()
    addEventListener('scroll', hold, { passive: true })
    addEventListener('focusin', hold)
    addEventListener('focusout', holdSoon)
    return () => {
      removeEventListener('scroll', hold)
      removeEventListener('focusin', hold)
      removeEventListener('focusout', holdSoon)
      watching.close()
    }
  }, [])
  useSignalEffect(() => {
    void openRequest.value
    untracked(hold)
  })
  // Where the focus went is known after it left.
  const holdSoon = (): void => void setTimeout(hold)

  const loadOlder = async (): Promise<void> => {
    failure.value = undefined
    try {
      const found = await readPage(filters, next.value)
      older.value = [...older.value, ...found.events.map(lineOf)]
      next.value = found.next
    } catch (error) {
      failure.value = error
    }
  }
  const all = useComputed(() => [...lines.value, ...older.value])
  return (
    <>
      {live.value === undefined ? null : (
        <LiveBar
          live={live.value}
          onToggle={() => {
            isPaused.value = !isPaused.value
            hold()
            if (!isPaused.value) live.value?.release()
          }}
        />
      )}
      {skipped.value === 0 ? null : (
        <p class="hint">
          {texts.live.skipped(skipped.value)}{' '}
          <button type="button" class="link" onClick={() => void reload()}>
            {texts.live.skippedLink}
          </button>
        </p>
      )}
      <div class="card log-card" ref={box}>
        {all.value.length === 0 ? (
          <NothingHere filters={filters} />
        ) : (
          <LogTable lines={all.value} isOfOneApp={isOfOneApp} />
        )}
        {failure.value === undefined ? null : <FailureText failure={failure.value} />}
        {next.value === undefined ? (
          all.value.length === 0 ? null : (
            <p class="hint">{texts.end}</p>
          )
        ) : (
          <div class="pager">
            <button type="button" id="older" onClick={() => void loadOlder()}>
              {texts.older}
            </button>
          </div>
        )}
      </div>
    </>
  )
}

function LiveBar({
  live,
  onToggle,
}: {
  readonly live: Live
  readonly onToggle: () => void
}): JSX.Element {
  const { state, waiting, received, hasGap, isHeld, release } = live
  const isShownHeld = isHeld.value && state.value === 'live'
  return (
    <div class="live-bar" data-live={state.value} data-received={received.value}>
      <span class={`live is-${isShownHeld ? 'held' : state.value}`}>
        <span class="live-dot" aria-hidden="true" />
        {isShownHeld ? texts.live.held : texts.live[state.value]}
      </span>
      <button type="button" class="is-small" id="pause" onClick={onToggle}>
        {isPaused.value ? texts.live.resume : texts.live.pause}
      </button>
      {isHeld.value && waiting.value > 0 ? (
        <button type="button" class="is-small primary" id="show-new" onClick={release}>
          {texts.live.waiting(waiting.value)}
        </button>
      ) : null}
      {hasGap.value ? <span class="hint is-wrong">{texts.live.gap}</span> : null}
    </div>
  )
}

function LogTable({
  lines,
  isOfOneApp,
}: {
  readonly lines: readonly Line[]
  readonly isOfOneApp: boolean
}): JSX.Element {
  const { columns } = texts
  return (
    <div class="table-wrap">
      <table class="data is-folding log-table">
        <caption class="visually-hidden">{texts.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.what}</th>
            {isOfOneApp ? null : (
              <th scope="col" class="log-app">
                {columns.app}
              </th>
            )}
            <th scope="col" class="log-key">
              {columns.key}
            </th>
            <th scope="col" class="log-scope">
              {columns.scope}
            </th>
            <th scope="col" class="log-from">
              {columns.from}
            </th>
            <th scope="col" class="log-took">
              {columns.took}
            </th>
          </tr>
        </thead>
        <tbody>{lines.map((line) => rowOf(line, isOfOneApp))}</tbody>
      </table>
    </div>
  )
}

/** Rows by their lines: a row that is there already is not looked at again when others come. */
const rows = new WeakMap<Line, JSX.Element>()

function rowOf(line: Line, isOfOneApp: boolean): JSX.Element {
  const known = rows.get(line)
  if (known !== undefined) return known
  const row = <Row key={line.id} line={line} isOfOneApp={isOfOneApp} />
  rows.set(line, row)
  return row
}

function Row({
  line,
  isOfOneApp,
}: {
  readonly line: Line
  readonly isOfOneApp: boolean
}): JSX.Element {
  const { requestId, at, tone, title, why, appId, kid, scope, from, took, by } = line
  const [date, time = '', zone] = fullTime(Date.parse(at)).split(' ')
  return (
    <tr data-request={requestId}>
      <td class="log-time">
        <time dateTime={at}>
          <span>{time}</span> <small>{`${date} ${zone}`}</small>
        </time>
      </td>
      <th scope="row" class="log-what">
        <RequestLink requestId={requestId}>
          <StatusMark tone={tone}>{title}</StatusMark>
        </RequestLink>
        {why === '' ? null : <span class="log-why">{capital(visibleText(why))}</span>}
        {by === undefined ? null : (
          <span class="log-why muted">{texts.by(visibleText(names.value.get(by) ?? by))}</span>
        )}
      </th>
      {isOfOneApp ? null : (
        <td class="log-app" data-label={texts.columns.app}>
          {appId === undefined ? null : <AppName id={appId} />}
        </td>
      )}
      <td class="log-key" data-label={kid === undefined ? undefined : texts.columns.key}>
        {kid === undefined ? null : <code class="id">{visibleText(kid)}</code>}
      </td>
      <td class="log-scope" data-label={scope === '' ? undefined : texts.columns.scope}>
        {visibleText(scope)}
      </td>
      <td class="log-from" data-label={from === '' ? undefined : texts.columns.from}>
        {visibleText(from)}
      </td>
      <td class="log-took" data-label={took === '' ? undefined : texts.columns.took}>
        {took}
      </td>
    </tr>
  )
}

function AppName({ id }: { readonly id: string }): JSX.Element {
  const name = names.value.get(id)
  if (name === undefined) return <code class="id">{visibleText(id)}</code>
  return (
    <a href={`/console/apps/${encodeURIComponent(id)}`} title={id}>
      {visibleText(name)}
    </a>
  )
}

function NothingHere({ filters }: { readonly filters: Filters }): JSX.Element {
  if (isFiltered({ ...filters, app: '' })) {
    const what = Object.values(filters)
      .filter((value) => value !== '')
      .join(', ')
    return (
      <Empty
        title={texts.noMatch(visibleText(what))}
        actions={
          <a class="button" href={place.value.path}>
            {consoleStrings.clearFilters}
          </a>
        }
      />
    )
  }
  return (
    <Empty
      title={texts.empty.title}
      actions={
        <a class="button" href="/workbench">
          {texts.empty.tryIt}
        </a>
      }
    >
      {texts.empty.text}
    </Empty>
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
