/**
 * The filters of the log: in the address, and as the admin API takes them.
 * @module
 */

import { place } from '../route.ts'

/** The names of the filters in the address. */
export const FILTERS = [
  'kind',
  'q',
  'app',
  'reason',
  'scope',
  'key',
  'ip',
  'request',
  'since',
  'until',
] as const
/** The name of a filter. */
export type FilterName = (typeof FILTERS)[number]
/** What is filtered by; nothing is an empty text. */
export type Filters = Readonly<Record<FilterName, string>>

/** The filters of the address. */
export function filtersOfPlace(): Filters {
  const { query } = place.value
  return Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ''])) as Filters
}

const MEMBERS = [
  ['app', 'target.id'],
  ['reason', 'reason'],
  ['scope', 'scope'],
  ['key', 'debugContext.debugData.kid'],
  ['ip', 'client.ipAddress'],
  ['request', 'transaction.id'],
] as const

const KINDS: readonly string[] = ['requests', 'refusals', 'changes']

/** The parameters of a list of the log. */
export function queryOf(filters: Filters): Readonly<Record<string, string | undefined>> {
  const conditions = MEMBERS.filter(([name]) => filters[name] !== '').map(
    ([name, member]) => `${member} eq ${JSON.stringify(filters[name])}`,
  )
  const { kind, q, since, until } = filters
  return {
    kind: KINDS.includes(kind) ? kind : undefined,
    q,
    filter: conditions.length === 0 ? undefined : conditions.join(' and '),
    since: timeOf(since),
    until: timeOf(until),
  }
}

/** Whether anything is filtered by. */
export function isFiltered(filters: Filters): boolean {
  return FILTERS.some((name) => filters[name] !== '')
}

/** A time of a field, as the API takes it. */
function timeOf(text: string): string | undefined {
  const time = Date.parse(/[zZ]$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
