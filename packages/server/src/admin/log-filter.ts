/**
 * The conditions of `/api/v1/logs`: the part of Okta's filter language that has no brackets, and words.
 * @module
 */

import {
  type AuditEntry,
  type AuditEvent,
  type AuditKind,
  type AuditQuery,
  EVENTS_WITHOUT_CHANGE,
  REQUEST_EVENTS,
  type StoredAuditEntry,
} from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import { reasonNames } from './log-cause.ts'
import { EVENT_TYPES, logEventJson } from './wire.ts'

/** A filter: what the store judges, and what is judged entry by entry, if there is such a thing. */
export interface LogFilter {
  readonly query: Pick<
    AuditQuery,
    'requestId' | 'actorId' | 'clientId' | 'keyId' | 'event' | 'outcome'
  >
  readonly accepts: ((entry: StoredAuditEntry) => boolean) | undefined
}

interface Condition {
  readonly member: string
  readonly operator: 'eq' | 'ne' | 'sw' | 'co'
  readonly value: string
}

const CONDITION = /([A-Za-z.]{1,100}) +(eq|ne|sw|co) +("(?:[^"\\]|\\.){0,256}")/y
const AND = / +and +/y
const MAX_CONDITIONS = 16
const MAX_WORDS = 10

/** The members that the store knows. */
const STORED = new Map<string, keyof LogFilter['query']>([
  ['transaction.id', 'requestId'],
  ['actor.id', 'actorId'],
  ['target.id', 'clientId'],
  ['debugContext.debugData.kid', 'keyId'],
  ['eventType', 'event'],
  ['outcome.result', 'outcome'],
])

/** The others that may be asked for. */
const JUDGED =
  /^(severity|displayMessage|actor\.type|target\.type|client\.(ipAddress|userAgent)|outcome\.reason|debugContext\.debugData\.[A-Za-z]{1,32})$/

/** Members of our own, each with several values: what an entry is about, wherever it says so. */
const DERIVED: ReadonlyMap<string, (entry: StoredAuditEntry) => readonly string[]> = new Map([
  ['scope', scopeNames],
  ['reason', reasonNames],
])

/**
 * Reads `filter`: conditions such as `target.id eq "…"`, joined by `and`. The operators are `eq`, `ne`, `sw` (begins
 * with) and `co` (contains); letter case counts. Beside Okta's members there are two of our own: `scope`, each scope that was
 * asked for, issued, granted or taken back, and `reason`, the names of the reason of a refusal ({@link reasonNames}).
 *
 * @throws {@link InputError}
 */
export function readLogFilter(text: string | null): LogFilter {
  const query: { -readonly [Name in keyof LogFilter['query']]: LogFilter['query'][Name] } = {}
  const judged: Condition[] = []
  for (const condition of text === null || text === '' ? [] : readConditions(text)) {
    const { member, operator, value } = condition
    const stored = operator === 'eq' ? STORED.get(member) : undefined
    if (stored === undefined || query[stored] !== undefined) judged.push(condition)
    else if (stored === 'event') query.event = eventOf(value)
    else if (stored === 'outcome') query.outcome = value as AuditEntry['outcome']
    else query[stored] = value
  }
  if (judged.length === 0) return { query, accepts: undefined }
  return {
    query,
    accepts: (entry) => {
      const json = logEventJson(entry)
      return judged.every((condition) => {
        const { member } = condition
        const values = DERIVED.get(member)?.(entry) ?? valuesAt(json, member.split('.'))
        return holds(condition, values)
      })
    },
  }
}

/**
 * Reads `q`: words that all have to be in an entry, as `/api/v1/logs` shows it. Letter case does not matter.
 *
 * @throws {@link InputError}
 */
export function readWords(text: string | null): ((entry: StoredAuditEntry) => boolean) | undefined {
  const words = (text ?? '').split(' ').filter((word) => word !== '')
  if (words.length === 0) return undefined
  if (words.length > MAX_WORDS || words.some(({ length }) => length > 40)) {
    throw new InputError('q', ["'q' must be at most 10 words of at most 40 characters."])
  }
  const wanted = words.map((word) => JSON.stringify(word.toLowerCase()).slice(1, -1))
  return (entry) => {
    const shown = JSON.stringify(logEventJson(entry)).toLowerCase()
    return wanted.every((word) => shown.includes(word))
  }
}

/**
 * Reads `filter` and `q` as one test of an entry.
 *
 * @throws {@link InputError}
 */
export function readLogTests(
  query: URLSearchParams,
  kind: AuditKind | undefined,
): (entry: StoredAuditEntry) => boolean {
  const { query: stored, accepts } = readLogFilter(query.get('filter'))
  const words = readWords(query.get('q'))
  const wanted = Object.entries(stored)
  return (entry) =>
    (kind === undefined || isOfKind(entry, kind)) &&
    wanted.every(([name, value]) => entry[name as keyof typeof stored] === value) &&
    accepts?.(entry) !== false &&
    words?.(entry) !== false
}

function isOfKind({ event, outcome }: StoredAuditEntry, kind: AuditKind): boolean {
  switch (kind) {
    case 'requests':
      return REQUEST_EVENTS.includes(event)
    case 'refusals':
      return outcome !== 'SUCCESS'
    case 'changes':
      return !EVENTS_WITHOUT_CHANGE.includes(event)
  }
}

function readConditions(text: string): readonly Condition[] {
  const conditions: Condition[] = []
  let at = 0
  const next = (pattern: RegExp): RegExpExecArray => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) throw unreadable()
    at = pattern.lastIndex
    return match
  }
  do {
    if (conditions.length > 0) next(AND)
    const [, member = '', operator, literal = ''] = next(CONDITION)
    const isKnown = STORED.has(member) || DERIVED.has(member) || JUDGED.test(member)
    if (!isKnown || conditions.length === MAX_CONDITIONS) throw unreadable()
    conditions.push({
      member,
      operator: operator as Condition['operator'],
      value: unquote(literal),
    })
  } while (at < text.length)
  return conditions
}

function unquote(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    throw unreadable()
  }
}

function eventOf(type: string): AuditEvent {
  const event = Object.entries(EVENT_TYPES).find(([, [name]]) => name === type)
  if (event === undefined) throw unreadable()
  return event[0] as AuditEvent
}

/** The scopes that an entry names: those of a token, of a grant, or that a request asked for. */
function scopeNames({ detail }: StoredAuditEntry): readonly string[] {
  const { scope, parameters } = detail
  const asked =
    typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)
      ? (parameters as { readonly scope?: unknown }).scope
      : undefined
  return [scope, asked].flatMap((text) => (typeof text === 'string' ? text.split(' ') : []))
}

function holds({ operator, value }: Condition, values: readonly string[]): boolean {
  if (operator === 'ne') return !values.includes(value)
  return values.some((text) => {
    if (operator === 'sw') return text.startsWith(value)
    return operator === 'co' ? text.includes(value) : text === value
  })
}

/** The texts at a path; of an array, those of each element. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, [name ?? '', ...rest]))
  if (name === undefined) {
    if (typeof value === 'string') return [value]
    return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest)
}

function unreadable(): InputError {
  return new InputError('filter', [
    'filter must be conditions like transaction.id eq "…", joined by and: of eventType, transaction.id, actor.id, actor.type, target.id, target.type, outcome.result, outcome.reason, severity, displayMessage, client.ipAddress, client.userAgent, debugContext.debugData.…, scope or reason, with eq, ne, sw or co.',
  ])
}
