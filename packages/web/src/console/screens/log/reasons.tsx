/**
 * Why requests were refused, in groups.
 * @module
 */

import type { JSX } from 'preact'
import { distance } from '../../../parts/time.ts'
import { visibleText } from '../../../parts/visible-text.ts'
import { api, serverNow } from '../../api.ts'
import { useLoaded } from '../../loaded.ts'
import { type Filters, queryOf } from '../../log/filters.ts'
import { detailsPath } from '../../log/beside.tsx'
import { names, readNames } from '../../log/names.ts'
import { fullTime, Instant } from '../../parts/instant.tsx'
import { RangeChoice } from '../../parts/range-choice.tsx'
import { Empty, Shown } from '../../parts/states.tsx'
import { place } from '../../route.ts'
import type { LogEvent, ReasonGroup, Reasons } from '../../wire.ts'
import { logScreenStrings } from './strings.ts'

const { reasons: texts } = logScreenStrings

type Range = keyof typeof texts.ranges
const HOURS: Readonly<Record<Range, number>> = { '1h': 1, '24h': 24, '7d': 168 }

/** The view. */
export function ReasonsView({ filters }: { readonly filters: Filters }): JSX.Element {
  const given = place.value.query.get('range') ?? ''
  const range: Range = Object.hasOwn(HOURS, given) ? (given as Range) : '24h'
  const loading = useLoaded(JSON.stringify([filters, range]), async (signal) => {
    void readNames()
    const { q, filter } = queryOf(filters)
    const since = new Date(serverNow() - HOURS[range] * 3_600_000).toISOString()
    const query = { q, filter, since }
    return (await api.get<Reasons>('/api/v1/logs/reasons', { query, signal })).body
  })
  return (
    <>
      <RangeChoice className="range" label={texts.range} ranges={texts.ranges} value={range} />
      <Shown of={loading} what={texts.what} rows={6}>
        {(found) => <ReasonList {...found} range={texts.ranges[range]} />}
      </Shown>
    </>
  )
}

function ReasonList({
  since,
  completeSince,
  looked,
  omitted,
  reasons,
  range,
}: Reasons & { readonly range: string }): JSX.Element {
  return (
    <>
      <p class="muted reason-sum" id="reason-sum">
        {texts.sum(looked, range)} {omitted === 0 ? null : texts.omitted(omitted)}{' '}
        {completeSince === since ? null : texts.incomplete(fullTime(Date.parse(completeSince)))}
      </p>
      {reasons.length === 0 ? (
        <Empty title={texts.empty}>{texts.emptyText}</Empty>
      ) : (
        <ul class="reason-list">
          {reasons.map((reason) => (
            <ReasonCard
              key={JSON.stringify([
                reason.eventType,
                reason.error,
                reason.check,
                reason.clientId,
                reason.kid,
              ])}
              reason={reason}
              range={range}
            />
          ))}
        </ul>
      )}
    </>
  )
}

function ReasonCard({
  reason,
  range,
}: {
  readonly reason: ReasonGroup
  readonly range: string
}): JSX.Element {
  const { error, check, clientId, label, kid, count, first, last, sentence, cause, series } = reason
  const name = [check, reason.reason].filter((part) => part !== null).join('.')
  return (
    <li class="card reason" data-reason={check ?? error}>
      <div class="reason-what">
        <h2>{capital(visibleText(sentence === '' ? error : sentence))}</h2>
        <p class="muted">
          <code>{name === '' ? `${error} · ${reason.eventType}` : name}</code>
        </p>
        {cause === null ? null : <Cause cause={cause} first={first} />}
      </div>
      <p class="reason-count">
        <b>{count}</b>
        <Sparkline series={series} label={texts.series(count, range)} />
      </p>
      <dl class="facts-list">
        <div>
          <dt>{texts.columns.app}</dt>
          <dd>
            {clientId === null || label === null ? (
              <span class="muted">{clientId === null ? texts.noApp : visibleText(clientId)}</span>
            ) : (
              <a href={`/console/apps/${encodeURIComponent(clientId)}`}>{visibleText(label)}</a>
            )}
            {', '}
            {kid === null ? (
              <span class="muted">{texts.noKey}</span>
            ) : (
              <code class="id">{visibleText(kid)}</code>
            )}
          </dd>
        </div>
        <div>
          <dt>{texts.first}</dt>
          <dd>
            <Instant at={first} />
          </dd>
        </div>
        <div>
          <dt>{texts.last}</dt>
          <dd>
            <Instant at={last} />
          </dd>
        </div>
      </dl>
      <p class="reason-links">
        <a href={detailsPath(reason.lastRequestId)}>{texts.latest}</a>
        <a href={entriesPath(reason)}>{texts.entries}</a>
      </p>
    </li>
  )
}

function Cause({
  cause,
  first,
}: {
  readonly cause: LogEvent
  readonly first: string
}): JSX.Element {
  const seconds = Math.round((Date.parse(first) - Date.parse(cause.published)) / 1000)
  const before = distance(-Math.max(seconds, 1)).replace(/ ago$/, '')
  const who =
    cause.actor.type === 'Unknown'
      ? ''
      : texts.causeBy(names.value.get(cause.actor.id) ?? cause.actor.id)
  return (
    <p class="reason-cause" data-cause={cause.eventType}>
      <a href={detailsPath(cause.transaction.id)}>
        {texts.cause(cause.displayMessage, visibleText(who), before)}
      </a>
    </p>
  )
}

/** How often something was, in a line of bars. */
function Sparkline({
  series,
  label,
}: {
  readonly series: readonly number[]
  readonly label: string
}): JSX.Element {
  const max = Math.max(1, ...series)
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${series.length * 4} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {series.map((count, index) => {
        const height = count === 0 ? 0.75 : Math.max(2, (count / max) * 20)
        return <rect key={index} x={index * 4} y={20 - height} width={3} height={height} />
      })}
    </svg>
  )
}

function entriesPath({ clientId, kid, error, check, reason }: ReasonGroup): string {
  const name = [check, reason].filter((part) => part !== null).join('.') || error
  const query = new URLSearchParams({
    kind: 'refusals',
    ...(clientId === null ? undefined : { app: clientId }),
    ...(kid === null ? undefined : { key: kid }),
    ...(name === '' ? undefined : { reason: name }),
  })
  return `/console/log?${query.toString()}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
