/**
 * Apps as the list shows, filters and sorts them.
 * @module
 */

import { serverNow } from '../../api.ts'
import type { Sort } from '../../parts/sort-header.tsx'
import type { App, AppKey } from '../../wire.ts'

/** An app with what is worked out of it. */
export interface AppRow {
  readonly app: App
  readonly active: number
  readonly inactive: number
  readonly isPublished: boolean
  /** Keys that end within 30 days, and when the first of them does, in milliseconds since 1970. */
  readonly expiring: number
  readonly firstExpiry: number | undefined
  /** Milliseconds since 1970; 0 for never. */
  readonly used: number
  readonly scopes: number
  /** `undefined` when that is not known. */
  readonly failures: number | undefined
  readonly owner: string
}

/** The filters, as the address names them. */
export const FILTERS = ['all', 'active', 'inactive', 'failing', 'expiring', 'unused'] as const
/** A filter. */
export type Filter = (typeof FILTERS)[number]

/** How the list is sorted when nobody says. */
export const SORTED_BY = 'name'

const DAY_MS = 86_400_000
const SOON_MS = 30 * DAY_MS
const LONG_MS = 90 * DAY_MS

/** Works out a row. */
export function rowOf(app: App, failures: ReadonlyMap<string, number> | undefined): AppRow {
  const { jwks, jwks_uri: uri, contacts } = app.settings.oauthClient
  const now = serverNow()
  const active = jwks.keys.filter((key) => isInForce(key, now))
  const ends = active
    .map((key) => (key.expires_at === null ? Number.NaN : Date.parse(key.expires_at)))
    .filter((end) => end < now + SOON_MS)
  return {
    app,
    active: active.length,
    inactive: jwks.keys.length - active.length,
    isPublished: uri !== undefined,
    expiring: ends.length,
    firstExpiry: ends.length === 0 ? undefined : Math.min(...ends),
    used: Date.parse(app._embedded?.use.lastUsed ?? '') || 0,
    scopes: app._embedded?.privileges.scopes.length ?? 0,
    failures: failures === undefined ? undefined : (failures.get(app.id) ?? 0),
    owner: contacts?.join(', ') ?? '',
  }
}

/** Whether a row fits what is searched and filtered. */
export function fits(row: AppRow, words: string, filter: Filter): boolean {
  const { app, used, expiring, failures, owner } = row
  const text = [app.label, app.id, owner, ...app.settings.oauthClient.jwks.keys.map(kidOf)]
    .join(' ')
    .toLowerCase()
  const isFound = words
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word))
  return isFound && isIn()

  function isIn(): boolean {
    switch (filter) {
      case 'all':
        return true
      case 'active':
        return app.status === 'ACTIVE'
      case 'inactive':
        return app.status === 'INACTIVE'
      case 'failing':
        return (failures ?? 0) > 0
      case 'expiring':
        return expiring > 0
      case 'unused':
        return Math.max(used, Date.parse(app.created)) < serverNow() - LONG_MS
    }
  }
}

/** Sorts rows; those that are alike stay in the order of their names. */
export function sorted(rows: readonly AppRow[], { by, isDescending }: Sort): readonly AppRow[] {
  const value = VALUES[by] ?? VALUES[SORTED_BY]
  const turn = isDescending ? -1 : 1
  return [...rows].toSorted((one, other) => {
    const [a, b] = [value?.(one) ?? '', value?.(other) ?? '']
    const order =
      typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b) : Number(a) - Number(b)
    return order * turn || one.app.label.localeCompare(other.app.label)
  })
}

const VALUES: Readonly<Record<string, (row: AppRow) => string | number>> = {
  name: ({ app }) => app.label.toLowerCase(),
  status: ({ app }) => app.status,
  keys: ({ active }) => active,
  scopes: ({ scopes }) => scopes,
  used: ({ used }) => used,
  failures: ({ failures }) => failures ?? 0,
  owner: ({ owner }) => owner.toLowerCase(),
}

function isInForce({ status, expires_at: end }: AppKey, now: number): boolean {
  return status === 'ACTIVE' && (end === null || Date.parse(end) > now)
}

function kidOf({ kid }: AppKey): string {
  return kid
}
