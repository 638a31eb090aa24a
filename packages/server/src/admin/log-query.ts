/**
 * Parameters of a query that say which part of the log is meant.
 * @module
 */

import type { AuditKind, StoredAuditEntry } from '../storage/ports.ts'
import { InputError } from './api-error.ts'

/**
 * Reads a time, in milliseconds since 1970.
 *
 * @throws {@link InputError}
 */
export function readTime(query: URLSearchParams, name: 'since' | 'until'): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]{5,16}(Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new InputError(name, [`'${name}' must be a time such as 2026-01-31T12:00:00Z.`])
}

/**
 * Reads the place after which a page begins.
 *
 * @throws {@link InputError}
 */
export function readPlace(text: string | null): StoredAuditEntry['id'] | undefined {
  if (text === null || text === '') return undefined
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InputError('after', ["'after' must be taken from the Link header field of a page."])
}

/**
 * Reads `kind`, our own parameter.
 *
 * @throws {@link InputError}
 */
export function readKind(query: URLSearchParams): AuditKind | undefined {
  const text = query.get('kind') ?? ''
  if (text === '') return undefined
  if (text === 'requests' || text === 'refusals' || text === 'changes') return text
  throw new InputError('kind', ["'kind' must be requests, refusals or changes."])
}
