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

import { createHash } from 'node:crypto'
import type { AuditLink, AuditPlace, AuditStore } from './ports.ts'

/** The values of an entry as they are stored and hashed. */
export type AuditValues = AuditLink['values']

/** The hash of an entry: SHA-256 in base64url over the one before it, its place, and its values. */
export function linkHash(previous: string, id: number, values: AuditValues): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, id, ...values]))
    .digest('base64url')
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

/** What is wrong with a log, and where. */
export type AuditFault =
  /** The hash of the entry does not follow from its content and from the entry before it. */
  | { readonly fault: 'changed'; readonly id: number }
  /** Entries are not there. */
  | { readonly fault: 'missing'; readonly id: number; readonly lastId: number }
  /** Entries stand behind the end of the log: no server wrote them. */
  | { readonly fault: 'added'; readonly id: number }
  /** The log begins after entries that no retention removed. */
  | { readonly fault: 'beginning'; readonly id: number }
  /** The entry at an anchor has another hash: the log was written anew. */
  | { readonly fault: 'anchor'; readonly id: number }

/** What was found of a log. */
export interface AuditVerdict {
  readonly isWhole: boolean
  /** Entries that were read. */
  readonly count: number
  /** The entry after which the log begins: 0, or the last one that retention removed. */
  readonly start: AuditPlace
  /** The last entry that was read. */
  readonly end: AuditPlace
  /** In the order of their places; no more than {@link MAX_FAULTS}. */
  readonly faults: readonly AuditFault[]
  /** Anchors that are older than what is kept: they prove nothing any more. */
  readonly oldAnchors: readonly AuditPlace[]
}

/** Faults after which no more are looked for. */
export const MAX_FAULTS = 100

const PAGE = 1000

/** Where links are read from. */
export interface AuditLinks {
  /** Where the chain begins and ends; without an end, where it is cut off can't be told. */
  ends(): Promise<{ readonly start: AuditPlace; readonly end?: AuditPlace }>
  links(after: number, limit: number): Promise<readonly AuditLink[]>
}

/**
 * Verifies a log from its first entry to its last, also while servers write to it. Finds entries that were
 * edited, deleted, inserted or put in another order, and entries that were cut off at the end.
 *
 * Finds a log that was computed anew, with its end, only through `anchors`.
 */
export async function verifyAuditChain(
  log: AuditLinks,
  anchors: readonly AuditPlace[] = [],
): Promise<AuditVerdict> {
  const first = await verifyOnce(log, anchors)
  if (first.isWhole) return first
  // Retention may have moved the beginning while this was reading.
  const { start } = await log.ends()
  return start.id === first.start.id ? first : verifyOnce(log, anchors)
}

async function verifyOnce(log: AuditLinks, anchors: readonly AuditPlace[]): Promise<AuditVerdict> {
  const { start } = await log.ends()
  const anchored = new Map(anchors.map(({ id, hash }) => [id, hash]))
  const faults: AuditFault[] = []
  let isStartKnown = start.hash === ''
  let last = start
  let count = 0

  const check = (link: AuditLink): void => {
    if (link.id !== last.id + 1) {
      faults.push({ fault: 'missing', id: last.id + 1, lastId: link.id - 1 })
    } else if (link.hash !== linkHash(last.hash, link.id, link.values)) {
      faults.push({ fault: 'changed', id: link.id })
    }
    const anchor = anchored.get(link.id)
    if (anchor !== undefined && anchor !== link.hash) {
      faults.push({ fault: 'anchor', id: link.id })
    }
    isStartKnown ||= tellsOfPruning(link, start)
    last = { id: link.id, hash: link.hash }
    count++
  }

  let end: AuditPlace | undefined
  for (;;) {
    const page = await log.links(last.id, PAGE)
    for (const link of page) if (faults.length < MAX_FAULTS) check(link)
    if (faults.length >= MAX_FAULTS) break
    if (page.length > 0) continue
    // Read after the entries: what was added since is read in the next round.
    end = (await log.ends()).end
    if (end === undefined || end.id <= last.id) break
    if ((await log.links(last.id, 1)).length === 0) {
      faults.push({ fault: 'missing', id: last.id + 1, lastId: end.id })
      break
    }
  }
  if (end !== undefined && end.id < last.id) faults.push({ fault: 'added', id: end.id + 1 })
  else if (end !== undefined && end.id === last.id && end.hash !== last.hash) {
    faults.push({ fault: 'changed', id: end.id })
  }
  if (!isStartKnown) faults.unshift({ fault: 'beginning', id: start.id + 1 })
  for (const { id } of anchors) {
    if (id > last.id && faults.length < MAX_FAULTS) {
      faults.push({ fault: 'missing', id: last.id + 1, lastId: id })
    }
  }
  return {
    isWhole: faults.length === 0,
    count,
    start,
    end: last,
    faults,
    oldAnchors: anchors.filter(({ id }) => id <= start.id),
  }
}

/** The values of the entry that tells of what retention removed, in the transaction that removes it. */
export function pruningEntry(last: AuditPlace, count: number, at: number): AuditValues {
  const detail = { lastId: last.id, lastHash: last.hash, count }
  return [at, 'audit.pruned', 'SUCCESS', 'retention', null, null, null, JSON.stringify(detail)]
}

function tellsOfPruning({ values }: AuditLink, start: AuditPlace): boolean {
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

/** A line of an export: the entry, with its place and its hash. */
export function exportLine({ id, hash, values }: AuditLink): string {
  const [at, event, outcome, requestId, actorId, clientId, keyId, detail] = values
  return JSON.stringify({
    id,
    time: new Date(at).toISOString(),
    at,
    event,
    outcome,
    requestId,
    actorId,
    clientId,
    keyId,
    detail: JSON.parse(detail) as unknown,
    hash,
  })
}

/** Reads a line of an export; `undefined` when it is none. */
export function readExportLine(line: string): AuditLink | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown>
    const { id, hash, at, event, outcome, requestId, detail } = value
    const isEntry =
      Number.isSafeInteger(id) &&
      typeof hash === 'string' &&
      Number.isSafeInteger(at) &&
      [event, outcome, requestId].every((text) => typeof text === 'string')
    if (!isEntry || typeof detail !== 'object') return undefined
    const ids = [value['actorId'], value['clientId'], value['keyId']] as const
    if (ids.some((text) => text !== null && typeof text !== 'string')) return undefined
    const values = [at, event, outcome, requestId, ...ids, JSON.stringify(detail)]
    return { id: id as number, hash, values: values as unknown as AuditValues }
  } catch {
    return undefined
  }
}

/** Reads the whole log, or what comes after a place, as lines of an export. */
export async function* exportAudit(
  audit: Pick<AuditStore, 'links'>,
  after = 0,
): AsyncGenerator<string, void, undefined> {
  let last = after
  for (;;) {
    const page = await audit.links(last, PAGE)
    for (const link of page) yield exportLine(link)
    const end = page.at(-1)
    if (end === undefined) return
    last = end.id
  }
}
