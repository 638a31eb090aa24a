/**
 * Reading the audit log by conditions that the store does not judge: page by page, with a bound for each request.
 * @module
 */

import type { AuditQuery, AuditStore, StoredAuditEntry } from '../storage/ports.ts'

/** A page of entries, and where the next one begins; `undefined` at the end of the log. */
export interface LogPage {
  readonly entries: readonly StoredAuditEntry[]
  readonly nextAfter: number | undefined
}

/** Entries that one request looks at, at most: a page may have less than it was asked for. */
const MAX_LOOKED_AT = 10_000
const SLICE = 1000

/** Reads up to `limit` entries that are accepted, out of those that the query finds. */
export async function scanLog(
  audit: Pick<AuditStore, 'read'>,
  query: AuditQuery,
  accepts?: (entry: StoredAuditEntry) => boolean,
): Promise<LogPage> {
  const { limit } = query
  const entries: StoredAuditEntry[] = []
  let { after } = query
  for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += SLICE) {
    // One more tells whether there is a next page.
    const wanted = accepts === undefined ? limit + 1 : SLICE
    const slice = await audit.read({ ...query, after, limit: wanted })
    for (const entry of slice) {
      if (entries.length === limit) return { entries, nextAfter: after }
      after = entry.id
      if (accepts?.(entry) !== false) entries.push(entry)
    }
    if (slice.length < wanted) return { entries, nextAfter: undefined }
  }
  return { entries, nextAfter: after }
}
