/**
 * Metrics: what the token endpoint did, as figures with sentences.
 * @module
 */

import type { JSX } from 'preact'
import { utc } from '../../../parts/time.ts'
import { api } from '../../api.ts'
import { Bars, Lines, NamedBars } from '../../chart/charts.tsx'
import { milliseconds, number, percent } from '../../chart/scale.ts'
import { useLoaded } from '../../loaded.ts'
import { fullTime } from '../../parts/instant.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RangeChoice } from '../../parts/range-choice.tsx'
import { Shown } from '../../parts/states.tsx'
import { place } from '../../route.ts'
import { Figure } from './figure.tsx'
import { metricStrings as texts } from './strings.ts'
import type { Metrics, Sums } from '../../wire.ts'
import './metrics.css'

type Range = keyof typeof texts.ranges

/** The screen. */
export function Screen(): JSX.Element {
  const given = place.value.query.get('range') ?? ''
  const range: Range = Object.hasOwn(texts.ranges, given) ? (given as Range) : '24h'
  const loading = useLoaded(
    range,
    async (signal) =>
      (await api.get<Metrics>('/api/v1/metrics', { query: { range }, signal })).body,
  )
  return (
    <>
      <PageHead
        title={texts.title}
        actions={<RangeChoice label={texts.range} ranges={texts.ranges} value={range} />}
      />
      <Shown of={loading} what={texts.what} rows={8}>
        {(metrics) => <Figures {...metrics} />}
      </Shown>
    </>
  )
}

function Figures(metrics: Metrics): JSX.Element {
  const { series, sums, stepSeconds, range, reasons, apps, otherApps, keys } = metrics
  const since = Date.parse(metrics.since)
  const step = stepSeconds * 1000
  const timeText = (at: number): string => {
    const full = range === '7d' ? fullTime(at).slice(5, 16) : fullTime(at).slice(11, 16)
    return full
  }
  const over = { since, step, timeText }
  const timed = (...columns: readonly (readonly (number | null)[])[]) =>
    series.issued
      .map((_, index) => [
        utc((since + index * step) / 1000) ?? '',
        ...columns.map((each) => each[index] ?? 0),
      ])
      .filter((row) => row.slice(1).some((value) => value !== 0))
  const { tokens, latency, replays, jwks } = texts
  const { p50, p95, p99 } = sums.latency
  return (
    <div class="metrics">
      <Figure
        id="tokens"
        title={tokens.title}
        caption={tokensCaption(metrics)}
        prometheus={tokens.prometheus}
        table={{
          columns: [texts.time, tokens.issued, tokens.refused],
          rows: timed(series.issued, series.refused),
        }}
      >
        <Bars
          {...over}
          label={tokens.title}
          series={[
            { label: tokens.issued, tone: 'good', values: series.issued },
            { label: tokens.refused, tone: 'bad', values: series.refused },
          ]}
        />
      </Figure>
      <Figure
        id="reasons"
        title={texts.reasons.title}
        caption={reasons.length === 0 ? texts.reasons.none : texts.reasons.caption(reasons.length)}
        prometheus={texts.reasons.prometheus}
        table={{
          columns: [texts.reasons.reason, texts.reasons.count],
          rows: reasons.map((reason) => [reasonName(reason), reason.count]),
        }}
      >
        <NamedBars
          counts={reasons.map((reason) => ({
            name: reasonName(reason),
            href: `/console/log?view=reasons&range=${range}`,
            good: 0,
            bad: reason.count,
          }))}
        />
      </Figure>
      <Figure
        id="latency"
        title={latency.title}
        caption={
          p50 === null || p95 === null || p99 === null
            ? latency.none
            : latency.caption(milliseconds(p50), milliseconds(p95), milliseconds(p99))
        }
        prometheus={latency.prometheus}
        table={{
          columns: [
            texts.time,
            ...[latency.p50, latency.p95, latency.p99].map((name) => `${name} (${latency.unit})`),
          ],
          rows: timed(series.p50, series.p95, series.p99),
        }}
      >
        <Lines
          {...over}
          label={latency.title}
          series={[
            { label: latency.p50, tone: 'good', values: series.p50 },
            { label: latency.p95, tone: 'calm', values: series.p95 },
            { label: latency.p99, tone: 'warn', values: series.p99 },
          ]}
        />
      </Figure>
      <Figure
        id="apps"
        title={texts.apps.title}
        caption={
          apps.length === 0
            ? texts.apps.none
            : texts.apps.caption(apps.length, fullTime(Math.floor(since / 3_600_000) * 3_600_000))
        }
        table={{
          columns: [texts.apps.app, texts.apps.issued, texts.apps.refused],
          rows: [
            ...apps.map(({ label, issued, refused }) => [label, issued, refused]),
            [texts.apps.others, otherApps.issued, otherApps.refused],
          ],
        }}
      >
        <NamedBars
          counts={[
            ...apps.map(({ clientId, label, issued, refused }) => ({
              name: label,
              href: `/console/apps/${encodeURIComponent(clientId)}`,
              good: issued,
              bad: refused,
            })),
            ...(otherApps.issued + otherApps.refused === 0
              ? []
              : [{ name: texts.apps.others, good: otherApps.issued, bad: otherApps.refused }]),
          ]}
        />
      </Figure>
      <Figure
        id="keys"
        title={texts.keys.title}
        caption={keys.length === 0 ? texts.keys.none : texts.keys.caption(keys.length)}
        table={{
          columns: [texts.keys.key, texts.keys.app, texts.keys.issued],
          rows: keys.map(({ kid, label, issued }) => [kid, label, issued]),
        }}
      >
        <NamedBars
          counts={keys.map(({ clientId, label, kid, issued }) => ({
            name: label,
            detail: kid,
            href: `/console/apps/${encodeURIComponent(clientId)}/keys`,
            good: issued,
            bad: 0,
          }))}
        />
      </Figure>
      <Figure
        id="replays"
        title={replays.title}
        caption={
          sums.replayed === 0
            ? replays.none
            : sums.replayed === 1
              ? replays.one
              : replays.caption(number(sums.replayed))
        }
        prometheus={replays.prometheus}
        table={{ columns: [texts.time, replays.replayed], rows: timed(series.replayed) }}
      >
        <Bars
          {...over}
          label={replays.title}
          series={[{ label: replays.replayed, tone: 'bad', values: series.replayed }]}
        />
      </Figure>
      <Figure
        id="jwks"
        title={jwks.title}
        caption={
          sums.fetched + sums.unfetched === 0
            ? jwks.none
            : jwks.caption(number(sums.fetched), number(sums.unfetched))
        }
        prometheus={jwks.prometheus}
        table={{
          columns: [texts.time, jwks.fetched, jwks.unfetched],
          rows: timed(series.fetched, series.unfetched),
        }}
      >
        <Bars
          {...over}
          label={jwks.title}
          series={[
            { label: jwks.fetched, tone: 'good', values: series.fetched },
            { label: jwks.unfetched, tone: 'bad', values: series.unfetched },
          ]}
        />
      </Figure>
    </div>
  )
}

function tokensCaption({ sums, previous, reasons }: Metrics): string {
  const { tokens } = texts
  const all = sums.issued + sums.refused
  if (all === 0) return tokens.none
  const share = shareOf(sums)
  const [most] = reasons
  return [
    tokens.caption(number(sums.issued), number(sums.refused), share),
    previous === null || previous.issued + previous.refused === 0 || shareOf(previous) === share
      ? ''
      : tokens.compared(shareOf(previous), share),
    most === undefined ? '' : tokens.mostly(percent(most.count, sums.refused), reasonName(most)),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function shareOf({ issued, refused }: Sums): string {
  return percent(refused, issued + refused)
}

/** A reason in the words of the checks. */
function reasonName({ error, check, reason }: Metrics['reasons'][number]): string {
  return check === null ? error : [check, reason?.replaceAll('_', ' ')].filter(Boolean).join(': ')
}
