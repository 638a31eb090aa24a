/**
 * Which entries of the audit log are meant, and each of them as a row.
 * @module
 */

import type { AdminApi, LogEntry, LogQuery } from '../../admin-api.ts'
import { type AdministratorFlags, resolveApp } from '../../operator-api.ts'
import { showJson } from '../../untrusted-text.ts'

/** Flags that choose entries. */
export interface FilterFlags extends AdministratorFlags {
  readonly app?: string
  readonly actor?: string
  readonly event?: string
  readonly key?: string
  readonly refused?: boolean
  readonly changes?: boolean
}

/** From when to when, as NumericDates. */
export interface Period {
  readonly since?: number
  readonly until?: number
}

type LogFilterQuery = Pick<LogQuery, 'filter' | 'kind'>

/** What of a filter the server judges, and what is judged here. */
export interface LogFilter {
  readonly query: LogFilterQuery
  readonly accepts: (entry: LogEntry) => boolean
}

/** The columns of a list of entries, with their widths where one has to be known before the next entry comes. */
export const LOG_COLUMNS: readonly string[] = ['Time', 'Result', 'App', 'Request', 'What']

/** Reads the flags. */
export async function readFilter(api: AdminApi, flags: FilterFlags): Promise<LogFilter> {
  const { app, actor, event, key, refused, changes } = flags
  const conditions = [
    ...(app === undefined ? [] : [`target.id eq ${quoted(await resolveApp(api, app))}`]),
    ...(actor === undefined ? [] : [`actor.id eq ${quoted(await resolveApp(api, actor))}`]),
    ...(event === undefined ? [] : [`eventType eq ${quoted(event)}`]),
  ]
  return {
    query: {
      ...(conditions.length === 0 ? undefined : { filter: conditions.join(' and ') }),
      ...(changes === true ? { kind: 'changes' } : undefined),
    },
    accepts: (entry) =>
      (refused !== true || entry.outcome.result !== 'SUCCESS') &&
      (key === undefined || isAbout(entry, key)),
  }
}

/** An entry as cells of {@link LOG_COLUMNS}. */
export function logRow(entry: LogEntry): string[] {
  const { published, outcome, target, transaction, displayMessage } = entry
  const reason = typeof outcome.reason === 'string' ? `: ${outcome.reason}` : ''
  return [
    published.replace(/\.\d+Z$/, 'Z'),
    outcome.result,
    (target?.[0]?.id ?? '-').slice(0, 24),
    transaction.id,
    displayMessage + reason,
  ]
}

/** A key is named by its ID or its `kid`, which the entry has in its data. */
function isAbout({ debugContext }: LogEntry, key: string): boolean {
  const data = debugContext?.debugData ?? {}
  const header = data['header'] as { readonly kid?: unknown } | null | undefined
  return data['kid'] === key || data['keyId'] === key || header?.kid === key
}

/** The filter of the log is a language with quotes: no name ends one. */
function quoted(text: string): string {
  return showJson(text)
}
