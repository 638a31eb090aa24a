/**
 * The audit log for who does not trust its database: whether it is whole, and as lines to keep elsewhere.
 * @module
 */

import { type AuditValues, linkHash, tellsOfPruning } from './storage/audit-chain.ts'
import type { AuditLink, AuditPlace, AuditStore, AuditValue } from './storage/ports.ts'

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
  /** Where the chain begins and ends; without an end it is a part, whose beginning and end nobody vouches for. */
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
  const place = await log.ends()
  const { start } = place
  const anchored = new Map(anchors.map(({ id, hash }) => [id, hash]))
  const faults: AuditFault[] = []
  // Of a part of a log, such as a file, what came before can't be told.
  let isStartKnown = start.hash === '' || place.end === undefined
  let last = start
  let count = 0

  const check = (link: AuditLink): void => {
    if (link.id <= last.id) {
      // In a file only: a database has an order.
      faults.push({ fault: 'changed', id: link.id })
    } else if (link.id !== last.id + 1) {
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

/** An entry as an export has it: everything that its hash is over. */
export interface ExportedEntry {
  /** Its place in the log. */
  readonly id: number
  /** When it happened, as RFC 3339 writes it; `null` for a number that is no time. */
  readonly time: string | null
  /** The same in milliseconds since 1970. */
  readonly at: number
  readonly event: string
  readonly outcome: string
  readonly requestId: string
  readonly actorId: string | null
  readonly clientId: string | null
  readonly keyId: string | null
  /** An object; a text where what is stored is not as a server wrote it. */
  readonly detail: AuditValue
  /** SHA-256 in base64url; empty for entries from before there was a chain. */
  readonly hash: string
}

const LATEST_TIME = 8.64e15

/** Writes an entry, whatever stands in it, so that {@link readExported} gives back the same. */
export function exportEntry({ id, hash, values }: AuditLink): ExportedEntry {
  const [at, event, outcome, requestId, actorId, clientId, keyId, detail] = values
  const time = Math.abs(at) > LATEST_TIME ? null : new Date(at).toISOString()
  const ids = { requestId, actorId, clientId, keyId }
  return { id, time, at, event, outcome, ...ids, detail: readDetail(detail), hash }
}

function readDetail(text: string): AuditValue {
  try {
    const detail = JSON.parse(text) as AuditValue
    const isAsWritten = isObject(detail) && JSON.stringify(detail) === text
    return isAsWritten ? detail : text
  } catch {
    return text
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads an entry of an export; `undefined` when it is none. */
export function readExported(value: unknown): AuditLink | undefined {
  if (!isObject(value)) return undefined
  const { id, hash, at, event, outcome, requestId, actorId, clientId, keyId, detail } =
    value as Readonly<Record<string, unknown>>
  const isEntry =
    Number.isSafeInteger(id) &&
    typeof at === 'number' &&
    [hash, event, outcome, requestId].every((text) => typeof text === 'string') &&
    [actorId, clientId, keyId].every((text) => text === null || typeof text === 'string') &&
    (typeof detail === 'string' || isObject(detail))
  if (!isEntry) return undefined
  const text = typeof detail === 'string' ? detail : JSON.stringify(detail)
  const values = [at, event, outcome, requestId, actorId, clientId, keyId, text]
  return { id: id as number, hash: hash as string, values: values as unknown as AuditValues }
}

/** Reads a line of an export; `undefined` when it is none. */
export function readExportLine(line: string): AuditLink | undefined {
  try {
    return readExported(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** Reads the whole log, or what comes after a place, as lines of an export: each is one JSON text. */
export async function* exportAudit(
  audit: Pick<AuditStore, 'links'>,
  after = 0,
): AsyncGenerator<string, void, undefined> {
  let last = after
  for (;;) {
    const page = await audit.links(last, PAGE)
    for (const link of page) yield JSON.stringify(exportEntry(link))
    const end = page.at(-1)
    if (end === undefined) return
    last = end.id
  }
}

/**
 * The entries of an export, in their order, as {@link verifyAuditChain} reads them, once. Nobody vouches for
 * the first one, unless it is the first of all: what follows is verified against it.
 */
export async function exportedPart(
  exported: AsyncIterable<AuditLink> | Iterable<AuditLink>,
): Promise<AuditLinks> {
  const entries = chained(exported)
  const first = await entries.next()
  const isWhole = first.done === true || first.value.id === 1
  const start = isWhole ? { id: 0, hash: '' } : { id: first.value.id, hash: first.value.hash }
  const waiting = isWhole && first.done !== true ? [first.value] : []
  return {
    ends: async () => ({ start }),
    async links(_after, limit) {
      const page = waiting.splice(0)
      while (page.length < limit) {
        const next = await entries.next()
        if (next.done === true) break
        page.push(next.value)
      }
      return page
    },
  }
}

/** Entries from before there was a chain prove nothing. */
async function* chained(
  entries: AsyncIterable<AuditLink> | Iterable<AuditLink>,
): AsyncGenerator<AuditLink, void, undefined> {
  for await (const entry of entries) if (entry.hash !== '') yield entry
}
