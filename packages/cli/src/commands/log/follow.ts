/**
 * `keygrant log follow`: entries as they come.
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { AdminApi, LogEntry } from '../../admin-api.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { type FilterFlags, type LogFilter, logRow, readFilter } from './entries.ts'

/** Flags of `keygrant log follow`. */
export interface FollowFlags extends FilterFlags {
  readonly tail: number
  readonly interval: number
  readonly limit?: number
}

const PAGE_SIZE = 100
/** Beyond this many entries between two looks, the oldest are left out, and that is said. */
const MAX_BEHIND = 5000

/** Prints entries as they come, until it is stopped or has printed `--limit` of them. */
export async function followLog(this: CliContext, flags: FollowFlags): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.logs.read'])
  const filter = await readFilter(api, flags)
  const show = (entries: readonly LogEntry[]): void => {
    for (const entry of entries) {
      if (flags.json === true) output.raw(`${JSON.stringify(entry)}\n`)
      else output.line(logRow(entry).map(escapeControls).join('  '))
    }
  }
  const last = await newest(api, filter, () => false, Math.max(flags.tail, 1))
  const tail = oldestFirst(last.filter(filter.accepts).slice(0, flags.tail))
  show(tail.slice(0, flags.limit))
  let shown = tail.length
  let seen = new Set(last.map(({ uuid }) => uuid))
  const { limit = Number.POSITIVE_INFINITY } = flags
  while (shown < limit) {
    await sleep(flags.interval * 1000)
    const fresh = await newest(api, filter, ({ uuid }) => seen.has(uuid), MAX_BEHIND)
    if (fresh.length >= MAX_BEHIND) {
      output.warn(`more than ${MAX_BEHIND} entries came at once; the oldest of them are left out`)
    }
    // Entries of one moment may change places between two looks.
    seen = new Set([...fresh.map(({ uuid }) => uuid), ...seen].slice(0, MAX_BEHIND))
    const wanted = oldestFirst(fresh.filter(filter.accepts)).slice(0, limit - shown)
    show(wanted)
    shown += wanted.length
  }
}

function oldestFirst(entries: readonly LogEntry[]): readonly LogEntry[] {
  return entries.map((_, index) => entries[entries.length - 1 - index] as LogEntry)
}

/** The newest entries down to the first that is known. */
async function newest(
  api: AdminApi,
  { query }: LogFilter,
  isKnown: (entry: LogEntry) => boolean,
  limit: number,
): Promise<readonly LogEntry[]> {
  const found: LogEntry[] = []
  for await (const page of api.readLog({ ...query, pageSize: Math.min(limit, PAGE_SIZE) })) {
    const known = page.findIndex(isKnown)
    found.push(...(known < 0 ? page : page.slice(0, known)))
    if (known >= 0 || found.length >= limit) break
  }
  return found.slice(0, limit)
}
