/**
 * The audit log as a chain: each entry bears a hash over itself and the hash of the entry before it.
 *
 * There is one chain for a store, whichever processes or servers write to it: an entry gets its place and
 * its hash in the transaction that writes it, under the lock that only one writer holds. Places are whole
 * numbers without gaps. The end of the chain is kept beside it and moves in the same transaction, so that
 * entries that are cut off at the end are missed.
 *
 * Does not hold against somebody who may write to the database and computes the whole chain, and its end,
 * anew: that is found by an anchor alone, a place and its hash that was kept somewhere else. Each line of an
 * export is one.
 * @module
 */

import { hash as digest } from 'node:crypto'
import type { AuditLink, AuditPlace } from './ports.ts'

/** The values of an entry as they are stored and hashed. */
export type AuditValues = AuditLink['values']

/** The hash of an entry: SHA-256 in base64url over the one before it, its place, and its values. */
export function linkHash(previous: string, id: number, values: AuditValues): string {
  return digest('sha256', JSON.stringify([previous, id, ...values]), 'base64url')
}

/** Chains new entries to the end of a log. */
export function linkAll(end: AuditPlace, entries: readonly AuditValues[]): readonly AuditLink[] {
  let { id, hash } = end
  return entries.map((values) => {
    id++
    hash = linkHash(hash, id, values)
    return { id, hash, values }
  })
}

/** The values of the entry that tells of what retention removed, in the transaction that removes it. */
export function pruningEntry(last: AuditPlace, count: number, at: number): AuditValues {
  const detail = { lastId: last.id, lastHash: last.hash, count }
  return [at, 'audit.pruned', 'SUCCESS', 'retention', null, null, null, JSON.stringify(detail)]
}

/** Whether an entry tells that retention removed everything up to a place. */
export function tellsOfPruning({ values }: AuditLink, start: AuditPlace): boolean {
  const [, event, , , , , , text] = values
  if (event !== 'audit.pruned') return false
  try {
    const detail = JSON.parse(text) as { readonly lastId?: unknown; readonly lastHash?: unknown }
    return detail.lastId === start.id && detail.lastHash === start.hash
  } catch {
    return false
  }
}

/**
 * The oldest entries, up to the first that is not older than `before`: what retention may remove at once.
 * The last entry of the log always stays.
 */
export function prunable(oldest: readonly AuditLink[], before: number): readonly AuditLink[] {
  const kept = oldest.findIndex(({ values: [at] }) => at >= before)
  return oldest.slice(0, kept < 0 ? -1 : kept)
}
