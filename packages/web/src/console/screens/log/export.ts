/**
 * The log as a file: JSON Lines, or CSV for spreadsheets.
 * @module
 */

import { api } from '../../api.ts'
import { lineOf } from '../../log/entry.ts'
import { type Filters, queryOf } from '../../log/filters.ts'
import type { LogEvent } from '../../wire.ts'

const PAGE = 1000
/** Entries in a file, at most. */
export const MAX_EXPORTED = 20_000

/** Reads what the filters find, the newest first, and gives it to the browser as a file. */
export async function exportLog(filters: Filters, form: 'jsonl' | 'csv'): Promise<number> {
  const events: LogEvent[] = []
  let after: string | undefined
  do {
    const query = { ...queryOf(filters), sortOrder: 'DESCENDING', limit: String(PAGE), after }
    const page = await api.get<readonly LogEvent[]>('/api/v1/logs', { query })
    events.push(...page.body)
    after = page.next
  } while (after !== undefined && events.length < MAX_EXPORTED)
  const found = events.slice(0, MAX_EXPORTED)
  const text =
    form === 'csv' ? csvOf(found) : found.map((event) => `${JSON.stringify(event)}\n`).join('')
  download(text, `keygrant-log.${form}`, form === 'csv' ? 'text/csv' : 'application/jsonl')
  return found.length
}

const COLUMNS = [
  'time',
  'event',
  'outcome',
  'why',
  'app',
  'kid',
  'scope',
  'from',
  'request',
] as const

/** Entries as CSV (RFC 4180). */
export function csvOf(events: readonly LogEvent[]): string {
  const rows = events.map((event) => {
    const { at, requestId, why, appId = '', kid = '', scope, from } = lineOf(event)
    return [at, event.eventType, event.outcome.result, why, appId, kid, scope, from, requestId]
  })
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** A cell. A spreadsheet takes what begins like a formula for one: a quote before it makes it a text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}

/** Gives a text to the browser as a file. */
export function download(text: string, name: string, type: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href))
}
