/**
 * What was measured, as series over time.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { type Hour, latencyOf, type Minute, OTHERS } from '../measures.ts'
import { InputError } from './api-error.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { readTime } from './log-query.ts'
import { date } from './wire.ts'
import type { LatencyJson, MetricSumsJson, MetricsJson, Range } from './wire-types.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const RANGES: Readonly<
  Record<Range, { readonly length: number; readonly step: number; readonly isComparable: boolean }>
> = {
  '1h': { length: HOUR_MS, step: MINUTE_MS, isComparable: true },
  '24h': { length: DAY_MS, step: 15 * MINUTE_MS, isComparable: true },
  '7d': { length: 7 * DAY_MS, step: HOUR_MS, isComparable: false },
}
const MAX_REASONS = 20
const MAX_APPS = 10
/** Names that are looked up to find those of apps. */
const MAX_LOOKED_UP = 100

/** Shows what was measured in the last hour, day or week (`range`), or in such a time before `until`. */
export async function readMetrics(
  environment: AdminEnvironment,
  { request: { query }, now }: AdminCall,
): Promise<Answer> {
  const range = readRange(query)
  const { length, step, isComparable } = RANGES[range]
  // The step that is under way belongs to it.
  const until = Math.ceil(((readTime(query, 'until') ?? now) + 1) / step) * step
  const since = until - length
  const from = isComparable ? since - length : since
  const hours = await environment.measures.read(Math.floor(from / HOUR_MS))
  const before = newPeriod(from, 1, since - from)
  const during = newPeriod(since, Math.round(length / step), step)
  for (const { hour, minutes } of hours) {
    for (const [minute, counts] of Object.entries(minutes)) {
      const at = hour * HOUR_MS + Number(minute) * MINUTE_MS
      if (at >= since && at < until) addMinute(during, at, counts)
      else if (isComparable && at >= from && at < since) addMinute(before, at, counts)
    }
  }
  const counted = hours.filter(({ hour }) => (hour + 1) * HOUR_MS > since && hour * HOUR_MS < until)
  const body: MetricsJson = {
    range,
    since: date(since),
    until: date(until),
    stepSeconds: step / 1000,
    series: seriesOf(during),
    sums: sumsOf(during),
    previous: isComparable ? sumsOf(before) : null,
    reasons: reasonsOf(during),
    ...(await appsOf(environment, counted)),
  }
  return { status: 200, body }
}

function readRange(query: URLSearchParams): Range {
  const text = query.get('range') ?? ''
  if (text === '') return '24h'
  if (Object.hasOwn(RANGES, text)) return text as Range
  throw new InputError('range', [`'range' must be ${Object.keys(RANGES).join(', ')}.`])
}

interface Part {
  issued: number
  refused: number
  replayed: number
  fetched: number
  unfetched: number
  readonly latency: Map<number, number>
}

interface Period {
  readonly since: number
  readonly step: number
  readonly parts: readonly Part[]
  readonly reasons: Map<string, number[]>
}

function newPart(): Part {
  return { issued: 0, refused: 0, replayed: 0, fetched: 0, unfetched: 0, latency: new Map() }
}

function newPeriod(since: number, count: number, step: number): Period {
  return { since, step, parts: Array.from({ length: count }, newPart), reasons: new Map() }
}

function addMinute({ since, step, parts, reasons }: Period, at: number, minute: Minute): void {
  const index = Math.floor((at - since) / step)
  const part = parts[index]
  if (part === undefined) return
  part.issued += minute.issued ?? 0
  part.refused += minute.refused ?? 0
  part.replayed += minute.replayed ?? 0
  part.fetched += minute.fetched ?? 0
  part.unfetched += minute.unfetched ?? 0
  for (const [latencyStep, count] of Object.entries(minute.latency ?? {})) {
    addTo(part.latency, Number(latencyStep), count)
  }
  for (const [name, count] of Object.entries(minute.reasons ?? {})) {
    const series = reasons.get(name) ?? parts.map(() => 0)
    series[index] = (series[index] ?? 0) + count
    reasons.set(name, series)
  }
}

function addTo<Name>(counts: Map<Name, number>, name: Name, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

function seriesOf({ parts }: Period): MetricsJson['series'] {
  const latencies = parts.map(({ latency }) => latencyJson(latency))
  return {
    issued: parts.map(({ issued }) => issued),
    refused: parts.map(({ refused }) => refused),
    replayed: parts.map(({ replayed }) => replayed),
    fetched: parts.map(({ fetched }) => fetched),
    unfetched: parts.map(({ unfetched }) => unfetched),
    p50: latencies.map(({ p50 }) => p50),
    p95: latencies.map(({ p95 }) => p95),
    p99: latencies.map(({ p99 }) => p99),
  }
}

function sumsOf({ parts }: Period): MetricSumsJson {
  const sum = newPart()
  for (const part of parts) {
    sum.issued += part.issued
    sum.refused += part.refused
    sum.replayed += part.replayed
    sum.fetched += part.fetched
    sum.unfetched += part.unfetched
    for (const [step, count] of part.latency) addTo(sum.latency, step, count)
  }
  const { latency, ...counts } = sum
  return { ...counts, latency: latencyJson(latency) }
}

function latencyJson(counts: ReadonlyMap<number, number>): LatencyJson {
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  const steps = [...counts].sort(([one], [other]) => one - other)
  const total = steps.reduce((sum, [, count]) => sum + count, 0)
  const below = (share: number): number | null => {
    let seen = 0
    for (const [step, count] of steps) {
      seen += count
      if (seen >= total * share) return Math.round(latencyOf(step) * 100) / 100
    }
    return null
  }
  return { p50: below(0.5), p95: below(0.95), p99: below(0.99) }
}

function reasonsOf({ reasons }: Period): MetricsJson['reasons'] {
  const counted = [...reasons].map(([name, series]) => {
    const [error = '', check = '', reason = ''] = name.split(' ')
    const count = series.reduce((sum, each) => sum + each, 0)
    return { error, check: check || null, reason: reason || null, count, series }
  })
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  return counted.sort((one, other) => other.count - one.count).slice(0, MAX_REASONS)
}

async function appsOf(
  { registry }: Pick<AdminEnvironment, 'registry'>,
  hours: readonly Hour[],
): Promise<Pick<MetricsJson, 'apps' | 'otherApps' | 'keys'>> {
  const byApp = new Map<string, { issued: number; refused: number }>()
  const byKey = new Map<string, number>()
  for (const { apps, keys } of hours) {
    for (const [clientId, [issued, refused]] of Object.entries(apps)) {
      const sum = byApp.get(clientId) ?? { issued: 0, refused: 0 }
      sum.issued += issued
      sum.refused += refused
      byApp.set(clientId, sum)
    }
    for (const [name, count] of Object.entries(keys)) addTo(byKey, name, count)
  }
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  const largest = [...byApp].sort(
    ([, one], [, other]) => other.issued + other.refused - one.issued - one.refused,
  )
  const apps: MetricsJson['apps'][number][] = []
  const otherApps = { issued: 0, refused: 0 }
  for (const [index, [clientId, sum]] of largest.entries()) {
    const isWanted = apps.length < MAX_APPS && index < MAX_LOOKED_UP && clientId !== OTHERS
    const label = isWanted ? (await registry.find(clientId))?.app.label : undefined
    if (label === undefined) {
      otherApps.issued += sum.issued
      otherApps.refused += sum.refused
    } else apps.push({ clientId, label, ...sum })
  }
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  const mostUsed = [...byKey].sort(([, one], [, other]) => other - one).slice(0, MAX_APPS)
  const keys = await Promise.all(
    mostUsed
      .filter(([name]) => name !== OTHERS)
      .map(async ([name, issued]) => {
        const clientId = name.slice(0, name.indexOf(' '))
        const label = (await registry.find(clientId))?.app.label ?? clientId
        return { clientId, label, kid: name.slice(clientId.length + 1), issued }
      }),
  )
  return { apps, otherApps, keys }
}
