/**
 * What the token endpoint did, minute by minute: counted in memory, kept in the store hour by hour, so that it is the
 * same whichever process is asked. Each process writes a record of its own.
 *
 * Bounded: a record holds one hour, no more than some names, and is deleted after {@link KEPT_DAYS} days.
 * @module
 */

import { randomBytes } from 'node:crypto'
import type { AuditEntry, AuditValue, RecordStore, StoredRecord } from './storage/ports.ts'

/** One minute of one process. What did not happen is not there. */
export interface Minute {
  readonly issued?: number
  readonly refused?: number
  readonly replayed?: number
  /** JWK Sets of clients that were fetched, and that could not be had or used. */
  readonly fetched?: number
  readonly unfetched?: number
  /** Refusals by `error check reason`; blanks where there is none. */
  readonly reasons?: Readonly<Record<string, number>>
  /** How many answers took how long: by the step of {@link latencyOf}. */
  readonly latency?: Readonly<Record<string, number>>
}

/** One hour: its minutes, and who had how many tokens and refusals in it. */
export interface Hour {
  /** Whole hours since 1970. */
  readonly hour: number
  /** By the minute of the hour. */
  readonly minutes: Readonly<Record<string, Minute>>
  /** By client ID: tokens, refusals. */
  readonly apps: Readonly<Record<string, readonly [issued: number, refused: number]>>
  /** Tokens by client ID and `kid`, between which is a blank. */
  readonly keys: Readonly<Record<string, number>>
}

/** Measures. */
export interface Measures {
  /** Counts an entry of the audit log, written or left out. */
  audited(entry: AuditEntry): void
  /** Counts the answer to a token request. */
  answered(milliseconds: number): void
  /** Counts a fetch of the keys that a client publishes. */
  fetched(isGood: boolean): void
  /** The hours from one on, of all processes, in any order. Reads no more than {@link MAX_RECORDS} records. */
  read(fromHour: number): Promise<readonly Hour[]>
  /** Hands over what was counted. What the store does not take is kept for the next time. */
  flush(): Promise<void>
}

/** For how long hours are kept. */
export const KEPT_DAYS = 8
/** Records that one reading looks at. */
export const MAX_RECORDS = 4000

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const KIND = 'measures'
const LIST_PAGE = 200
const MAX_NAMES = 200
const MAX_REASONS = 30
/** The name of all that are one too many. */
export const OTHERS = '*'
const MAX_HOURS_HELD = 3
/** Steps of latency for each doubling: the end of a step is known to a tenth. */
const STEPS = 8
const SMALLEST_MS = 0.25
const MAX_STEP = 150

/** The step of a latency. */
export function latencyStep(milliseconds: number): number {
  if (milliseconds <= SMALLEST_MS) return 0
  return Math.min(MAX_STEP, Math.ceil(Math.log2(milliseconds / SMALLEST_MS) * STEPS))
}

/** The latency at the end of a step, in milliseconds. */
export function latencyOf(step: number): number {
  return SMALLEST_MS * 2 ** (step / STEPS)
}

type Counts = Record<string, number>
type Counter = 'issued' | 'refused' | 'replayed' | 'fetched' | 'unfetched'
type CountingMinute = { [Name in Counter]?: number } & { reasons?: Counts; latency?: Counts }

interface CountingHour {
  readonly hour: number
  readonly minutes: Record<string, CountingMinute>
  readonly apps: Map<string, [number, number]>
  readonly keys: Map<string, number>
  isWritten: boolean
}

/** What {@link createMeasures} needs. */
export interface MeasuresOptions {
  readonly records: Pick<RecordStore, 'list' | 'change'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Makes the measures of one process. Call `flush` every few seconds, and at the end. */
export function createMeasures({ records, clock }: MeasuresOptions): Measures {
  const own = randomBytes(6).toString('hex')
  const hours = new Map<number, CountingHour>()

  const hourAt = (at: number): CountingHour => {
    const hour = Math.floor(at / HOUR_MS)
    const known = hours.get(hour)
    if (known !== undefined) {
      known.isWritten = false
      return known
    }
    // A store that fails for hours loses the oldest.
    if (hours.size >= MAX_HOURS_HELD) hours.delete(Math.min(...hours.keys()))
    const begun: CountingHour = {
      hour,
      minutes: {},
      apps: new Map(),
      keys: new Map(),
      isWritten: false,
    }
    hours.set(hour, begun)
    return begun
  }
  const minuteOf = ({ hour, minutes }: CountingHour, at: number): CountingMinute =>
    (minutes[Math.floor((at - hour * HOUR_MS) / MINUTE_MS)] ??= {})
  const count = (minute: CountingMinute, name: Counter): void => {
    minute[name] = (minute[name] ?? 0) + 1
  }

  const writeHour = async (hour: CountingHour): Promise<void> => {
    const { isWritten: _, apps, keys, ...rest } = hour
    const content = { ...rest, apps: Object.fromEntries(apps), keys: Object.fromEntries(keys) }
    hour.isWritten = true
    try {
      const record: StoredRecord = {
        kind: KIND,
        id: `${recordStart(hour.hour)}.${own}`,
        // What is counted from now on is for the next time.
        content: structuredClone(content),
        expiresAt: hour.hour * HOUR_MS + KEPT_DAYS * DAY_MS,
      }
      await records.change({ kind: KIND, id: record.id, actorId: '' }, () => ({
        next: record,
        audit: [],
        answer: undefined,
      }))
    } catch (error) {
      hour.isWritten = false
      throw error
    }
  }

  const flush = async (): Promise<void> => {
    const current = Math.floor(clock() / HOUR_MS)
    for (const hour of hours.values()) {
      if (!hour.isWritten) await writeHour(hour)
      if (hour.hour < current - 1 && hour.isWritten) hours.delete(hour.hour)
    }
  }

  return {
    audited({ event, at, detail, clientId, keyId }) {
      if (event !== 'token.issued' && event !== 'token.refused') return
      const hour = hourAt(at)
      const minute = minuteOf(hour, at)
      const isIssued = event === 'token.issued'
      count(minute, isIssued ? 'issued' : 'refused')
      // Anybody can claim to be an app: what is refused leaves room for those that get tokens.
      const room = isIssued ? MAX_NAMES : MAX_NAMES / 2
      const { apps, keys } = hour
      const app = clientId !== undefined && hasRoom(apps, clientId, room) ? clientId : OTHERS
      const counts = apps.get(app) ?? [0, 0]
      counts[isIssued ? 0 : 1]++
      apps.set(app, counts)
      if (isIssued) {
        const key = `${clientId} ${keyId}`
        const name = hasRoom(keys, key, MAX_NAMES) ? key : OTHERS
        keys.set(name, (keys.get(name) ?? 0) + 1)
        return
      }
      const [reason, check] = reasonOf(detail)
      if (check === 'replay') count(minute, 'replayed')
      minute.reasons ??= named()
      const { reasons } = minute
      const isRoom = Object.hasOwn(reasons, reason) || Object.keys(reasons).length < MAX_REASONS
      add(reasons, isRoom ? reason : OTHERS)
    },
    answered(milliseconds) {
      const at = clock()
      const minute = minuteOf(hourAt(at), at)
      minute.latency ??= named()
      add(minute.latency, String(latencyStep(milliseconds)))
    },
    fetched(isGood) {
      const at = clock()
      count(minuteOf(hourAt(at), at), isGood ? 'fetched' : 'unfetched')
    },
    async read(fromHour) {
      await flush()
      const found: Hour[] = []
      for (let after = recordStart(fromHour); found.length < MAX_RECORDS;) {
        const page = await records.list(KIND, { limit: LIST_PAGE, after })
        found.push(...page.map(({ content }) => content as Hour))
        const last = page.at(-1)
        if (last === undefined || page.length < LIST_PAGE) break
        after = last.id
      }
      return found
    },
    flush,
  }
}

/** Records lie in the order of their hours. */
function recordStart(hour: number): string {
  return String(hour).padStart(9, '0')
}

/** An object whose members can have any name. */
function named<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>
}

function add(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** Whether a name is there, or may come: while there are not too many others. */
function hasRoom(counts: ReadonlyMap<string, unknown>, name: string, max: number): boolean {
  return counts.size < max || counts.has(name)
}

function reasonOf(detail: AuditEntry['detail']): readonly [name: string, check: string] {
  const checks = detail['checks']
  const failed = (Array.isArray(checks) ? (checks as readonly AuditValue[]) : []).find(
    (check) => (check as { readonly status?: unknown } | null)?.status === 'fail',
  ) as Readonly<Record<string, AuditValue>> | undefined
  const text = (value: AuditValue | undefined): string => (typeof value === 'string' ? value : '')
  const check = text(failed?.['check'])
  return [`${text(detail['error'])} ${check} ${text(failed?.['reason'])}`, check]
}
