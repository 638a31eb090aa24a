/**
 * Why requests were refused, as groups: one for each reason, app and key.
 * @module
 */

import { setImmediate } from 'node:timers/promises'
import type { Answer } from '../http/exchange.ts'
import type { AuditStore, StoredAuditEntry } from '../storage/ports.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { findCause, headerKid, type Refusal, refusalOf } from './log-cause.ts'
import { readLogTests } from './log-filter.ts'
import { readTime } from './log-query.ts'
import { date, EVENT_TYPES, logEventJson } from './wire.ts'
import type { ReasonJson, ReasonsJson } from './wire-types.ts'

const DAY_MS = 86_400_000
const SLICE = 1000
/** Refusals that one request looks at, at most. */
const MAX_LOOKED_AT = 20_000
const MAX_GROUPS = 100
/** Groups for which it is looked for a cause. */
const MAX_CAUSES = 20
const PARTS = 24

interface Group extends Refusal {
  readonly entry: StoredAuditEntry
  readonly kid: string | undefined
  first: StoredAuditEntry
  count: number
  readonly series: number[]
}

/** Groups the refusals from `since` on (by default: a day) and before `until`, that fit `filter` and `q`. */
export async function listReasons(
  environment: AdminEnvironment,
  { request: { query }, now }: AdminCall,
): Promise<Answer> {
  const accepts = readLogTests(query, undefined)
  const until = readTime(query, 'until') ?? now + 1
  const since = readTime(query, 'since') ?? until - DAY_MS
  const groups = new Map<string, Group>()
  let omitted = 0
  const { looked, completeSince } = await readRefusals(
    environment.audit,
    { since, until },
    (entry) => {
      if (entry.event === 'audit.omitted') {
        omitted += Number(entry.detail['count'] ?? 0)
      } else if (accepts(entry)) addTo(groups, entry, { since, until })
    },
  )
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  const sorted = [...groups.values()].sort((one, other) => other.count - one.count)
  const body: ReasonsJson = {
    since: date(since),
    until: date(until),
    completeSince: date(completeSince),
    looked,
    omitted,
    reasons: await Promise.all(
      sorted
        .slice(0, MAX_GROUPS)
        .map((group, index) => reasonJson(environment, group, index < MAX_CAUSES)),
    ),
  }
  return { status: 200, body }
}

interface Period {
  readonly since: number
  readonly until: number
}

/** Reads refusals from the last to the first, slice by slice. */
async function readRefusals(
  audit: Pick<AuditStore, 'read'>,
  { since, until }: Period,
  onEntry: (entry: StoredAuditEntry) => void,
): Promise<{ readonly looked: number; readonly completeSince: number }> {
  let after: number | undefined
  for (let looked = 0; ;) {
    const slice = await audit.read({ order: 'newest_first', kind: 'refusals', after, limit: SLICE })
    for (const entry of slice) {
      // In their order, times may be a little mixed: several processes write.
      if (entry.at < since - MIXED_MS) return { looked, completeSince: since }
      if (entry.at < since || entry.at >= until) continue
      looked++
      onEntry(entry)
    }
    const last = slice.at(-1)
    if (last === undefined || slice.length < SLICE) return { looked, completeSince: since }
    if (looked >= MAX_LOOKED_AT) return { looked, completeSince: Math.max(last.at, since) }
    after = last.id
    // Requests have their turn between two slices.
    await setImmediate()
  }
}

const MIXED_MS = 60_000

function addTo(
  groups: Map<string, Group>,
  entry: StoredAuditEntry,
  { since, until }: Period,
): void {
  const refusal = refusalOf(entry)
  const kid = entry.keyId ?? headerKid(entry)
  const { error, check, reason } = refusal
  const name = JSON.stringify([entry.event, error, check, reason, entry.clientId, kid])
  const group = groups.get(name) ?? {
    ...refusal,
    entry,
    kid,
    first: entry,
    count: 0,
    series: Array.from({ length: PARTS }, () => 0),
  }
  // A stranger chooses names: what is one too many belongs to no group.
  if (group.count === 0 && groups.size >= MAX_LOOKED_AT / 10) return
  groups.set(name, group)
  group.first = entry
  group.count++
  const part = Math.floor(((entry.at - since) / (until - since)) * PARTS)
  group.series[part] = (group.series[part] ?? 0) + 1
}

async function reasonJson(
  { audit, registry }: AdminEnvironment,
  { entry, first, error, check, reason, sentence, kid, count, series }: Group,
  isCauseWanted: boolean,
): Promise<ReasonJson> {
  const { clientId } = entry
  const app = clientId === undefined ? undefined : await registry.find(clientId)
  const cause = isCauseWanted && app !== undefined ? await findCause(audit, first) : undefined
  return {
    eventType: EVENT_TYPES[entry.event][0],
    error,
    check: check ?? null,
    reason: reason ?? null,
    sentence,
    clientId: clientId ?? null,
    label: app?.app.label ?? null,
    kid: kid ?? null,
    count,
    first: date(first.at),
    last: date(entry.at),
    lastRequestId: entry.requestId,
    series,
    cause: cause === undefined ? null : logEventJson(cause),
  }
}
