/**
 * Reading the audit log: Okta's `/api/v1/logs`, and the chain of hashes that it is.
 * @module
 */

import { exportEntry } from '../audit-log.ts'
import type { Answer } from '../http/exchange.ts'
import type { AuditQuery } from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { readLogFilter, readWords } from './log-filter.ts'
import { readKind, readPlace, readTime } from './log-query.ts'
import { scanLog } from './log-scan.ts'
import { linkHeader, readLimit } from './paging.ts'
import { type LogChainJson, logEventJson } from './wire.ts'

const PAGE = { byDefault: 100, max: 1000 }

/**
 * Lists entries: those from `since` on and before `until`, that fit `filter` ({@link readLogFilter}) and hold all the
 * words of `q`; with `kind` those of one kind alone. `sortOrder` is `ASCENDING` (the default, as in Okta) or `DESCENDING`. A page may have less than `limit`
 * while there is a next one.
 *
 * As in Okta, a query from `since` on without an end always has a next page, for who waits for what is to come.
 */
export async function listLogs(
  { audit, issuer }: AdminEnvironment,
  { request: { query } }: AdminCall,
): Promise<Answer> {
  const filter = readLogFilter(query.get('filter'))
  const words = readWords(query.get('q'))
  const tests = [
    ...(filter.accepts === undefined ? [] : [filter.accepts]),
    ...(words === undefined ? [] : [words]),
  ]
  const order = readOrder(query.get('sortOrder'))
  const since = readTime(query, 'since')
  const until = readTime(query, 'until')
  const after = readPlace(query.get('after'))
  const { entries, nextAfter } = await scanLog(
    audit,
    {
      ...filter.query,
      kind: readKind(query),
      limit: readLimit(query, PAGE),
      order,
      after,
      since,
      until,
    },
    tests.length === 0 ? undefined : (entry) => tests.every((accepts) => accepts(entry)),
  )
  const isWaiting = order === 'oldest_first' && since !== undefined && until === undefined
  const next = nextAfter ?? (isWaiting ? (entries.at(-1)?.id ?? after ?? 0) : undefined)
  const headers = linkHeader(`${issuer}/api/v1/logs`, query, next?.toString())
  return { status: 200, headers, body: entries.map(logEventJson) }
}

/**
 * The log as it hangs together: where it begins and ends, and entries with their hashes, oldest first. `after` is the
 * place of the entry before the first one; 0 is the beginning.
 */
export async function readLogChain(
  { audit, issuer }: AdminEnvironment,
  { request: { query } }: AdminCall,
): Promise<Answer> {
  const limit = readLimit(query, PAGE)
  const links = await audit.links(readPlace(query.get('after')) ?? 0, limit)
  const next = links.length < limit ? undefined : links.at(-1)?.id.toString()
  // Read behind the entries: none of them stands after this end.
  const body: LogChainJson = { ...(await audit.ends()), entries: links.map(exportEntry) }
  return { status: 200, headers: linkHeader(`${issuer}/api/v1/logs/chain`, query, next), body }
}

function readOrder(text: string | null): AuditQuery['order'] {
  if (text === null || text === '' || text === 'ASCENDING') return 'oldest_first'
  if (text === 'DESCENDING') return 'newest_first'
  throw new InputError('sortOrder', ["'sortOrder' must be ASCENDING or DESCENDING."])
}
