/**
 * Keys of clients that expire: who has to be told, and when. Each warning is given once, by whichever process is first.
 * @module
 */

import { setTimeout } from 'node:timers/promises'
import { jwkThumbprint } from '@keygrant/core/keys'
import { readableTime } from './client-key-state.ts'
import type { Registry } from './registry.ts'
import type { AuditEntry, ClientKey, ServiceApp, UsageStore } from './storage/ports.ts'

/** Days before the end of a key at which there is a warning; 0 is the end itself. */
export const EXPIRY_WARNING_DAYS = [0, 1, 7, 14, 30] as const

/** A key of which somebody has to be told. */
export interface ExpiryWarning {
  readonly clientId: string
  /** The ID of the key. */
  readonly keyId: string
  readonly expires: number
  /** It ends within so many days; 0 when it has ended. */
  readonly days: (typeof EXPIRY_WARNING_DAYS)[number]
}

/** How many keys end within so many days; for 0, how many have ended and are not replaced. */
export type ExpiryCounts = ReadonlyMap<(typeof EXPIRY_WARNING_DAYS)[number], number>

/** What {@link createExpiryWatch} needs. */
export interface ExpiryWatchOptions {
  readonly registry: Pick<Registry, 'list' | 'change'>
  readonly usage: Pick<UsageStore, 'read'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Is told of each warning once. */
  readonly onWarning: (warning: ExpiryWarning) => void
  /** Is told of all keys that end soon, each time. */
  readonly onCounts: (counts: ExpiryCounts) => void
  /** Is told of each key that several apps have, each time: who steals it from one is all of them. */
  readonly onShared?: (shared: SharedKey) => void
}

/** A key that several apps have. */
export interface SharedKey {
  /** JWK Thumbprint (RFC 7638). */
  readonly thumbprint: string
  readonly clientIds: readonly [string, string]
}

const DAY_MS = 86_400_000
const PAGE = 100
/** Between two pages; so that looking through 100,000 apps takes half a minute and a tenth of a processor. */
const PAUSE_MS = 25
/** The store forgets uses after 30 days; what an app has to say about older ones is written this often. */
const USE_NOTED_MS = 7 * DAY_MS

/** Makes a function that looks through all apps. Call it every hour. */
export function createExpiryWatch(options: ExpiryWatchOptions): () => Promise<void> {
  const { registry, usage, clock, onWarning, onCounts, onShared } = options

  const warn = async ({ clientId }: ServiceApp): Promise<void> => {
    const subjects = { clientId, actorId: clientId }
    const warnings = await registry.change(subjects, (app) => {
      const found = app === undefined ? [] : dueWarnings(app, clock())
      if (app === undefined || found.length === 0) return { next: app, audit: [], answer: [] }
      return {
        next: { ...app, keys: withWarnings(app.keys, found) },
        audit: found.map((warning) => warningEntry(app, warning, clock())),
        answer: found,
      }
    })
    for (const warning of warnings) onWarning(warning)
  }
  const noteUse = async ({ clientId, keys }: ServiceApp): Promise<void> => {
    const now = clock()
    if (!keys.some((key) => isUseForgotten(key, now))) return
    const uses = usesByKey(await usage.read(clientId))
    const noted = (key: ClientKey): ClientKey => withUse(key, uses.get(key.jwk.kid))
    if (!keys.some((key) => isNews(key, noted(key)))) return
    await registry.change({ clientId, actorId: clientId }, (app) => ({
      next: app && { ...app, keys: app.keys.map(noted) },
      audit: [],
      answer: undefined,
    }))
  }

  return async () => {
    const counts = new Map(EXPIRY_WARNING_DAYS.map((days) => [days, 0]))
    const owners = new Map<string, string>()
    for (let after: string | undefined; ;) {
      const page = await registry.list({ limit: PAGE, after })
      for (const app of page) {
        const now = clock()
        for (const left of app.keys.map((key) => daysLeft(app, key, now))) {
          for (const days of left === undefined ? [] : countedAs(left)) {
            counts.set(days, (counts.get(days) ?? 0) + 1)
          }
        }
        if (onShared !== undefined) await findShared(app, owners, onShared)
        if (dueWarnings(app, now).length > 0) await warn(app)
        await noteUse(app)
      }
      if (page.length < PAGE) break
      after = page.at(-1)?.clientId
      await setTimeout(PAUSE_MS)
    }
    onCounts(counts)
  }
}

/** Notes whose the keys of an app are, and tells of those that are another app's too. */
async function findShared(
  { clientId, keys }: ServiceApp,
  owners: Map<string, string>,
  onShared: (shared: SharedKey) => void,
): Promise<void> {
  for (const { jwk, status } of keys) {
    if (status !== 'ACTIVE') continue
    const thumbprint = await jwkThumbprint(jwk)
    const owner = owners.get(thumbprint)
    owners.set(thumbprint, clientId)
    if (owner !== undefined && owner !== clientId)
      onShared({ thumbprint, clientIds: [owner, clientId] })
  }
}

/** The first and the last use of each key by its `kid`, in milliseconds since 1970. */
export function usesByKey(
  counts: Awaited<ReturnType<UsageStore['read']>>,
): ReadonlyMap<string, { readonly first: number; readonly last: number }> {
  const uses = new Map<string, { readonly first: number; readonly last: number }>()
  for (const { keyId, hour, lastUsed } of counts) {
    const known = uses.get(keyId)
    // The hour is known, and no more: but it is no later than the last use in it.
    const first = hour * (DAY_MS / 24)
    uses.set(keyId, {
      first: Math.min(first, known?.first ?? first),
      last: Math.max(lastUsed, known?.last ?? lastUsed),
    })
  }
  return uses
}

/** A key with its uses: those that are counted, and what was noted of those that are forgotten. */
export function withUse(
  key: ClientKey,
  use: { readonly first: number; readonly last: number } | undefined,
): ClientKey {
  if (use === undefined) return key
  return {
    ...key,
    firstUsed: Math.min(use.first, key.firstUsed ?? use.first),
    lastUsed: Math.max(use.last, key.lastUsed ?? use.last),
  }
}

function dueWarnings(app: ServiceApp, now: number): readonly ExpiryWarning[] {
  const { clientId, keys } = app
  return keys.flatMap((key) => {
    const { id: keyId, expires = now } = key
    const days = daysLeft(app, key, now)
    const isGiven = days === undefined || (key.warnedDays ?? Number.POSITIVE_INFINITY) <= days
    return isGiven ? [] : [{ clientId, keyId, expires, days }]
  })
}

/** Within how many days a key ends that somebody may miss; `undefined` when there is nothing to say. */
function daysLeft(
  { status, keys }: ServiceApp,
  key: ClientKey,
  now: number,
): ExpiryWarning['days'] | undefined {
  const { expires } = key
  if (expires === undefined || status !== 'ACTIVE' || key.status !== 'ACTIVE') return undefined
  const root = key.lineage ?? key.id
  const isReplaced = keys.some(
    (other) =>
      other !== key &&
      other.status === 'ACTIVE' &&
      (other.lineage ?? other.id) === root &&
      (other.expires ?? Number.POSITIVE_INFINITY) > expires,
  )
  if (isReplaced) return undefined
  return EXPIRY_WARNING_DAYS.find((days) => expires - now <= days * DAY_MS)
}

/** What ends within a day ends within a week, too; what has ended does not. */
function countedAs(left: ExpiryWarning['days']): readonly ExpiryWarning['days'][] {
  return left === 0 ? [0] : EXPIRY_WARNING_DAYS.filter((days) => days >= left)
}

function withWarnings(
  keys: readonly ClientKey[],
  warnings: readonly ExpiryWarning[],
): readonly ClientKey[] {
  return keys.map((key) => {
    const warning = warnings.find(({ keyId }) => keyId === key.id)
    return warning === undefined ? key : { ...key, warnedDays: warning.days }
  })
}

function warningEntry(
  { clientId, keys }: ServiceApp,
  { keyId, expires, days }: ExpiryWarning,
  at: number,
): AuditEntry {
  const kid = keys.find(({ id }) => id === keyId)?.jwk.kid
  return {
    event: days === 0 ? 'key.expired' : 'key.expiring',
    outcome: days === 0 ? 'FAILURE' : 'SUCCESS',
    at,
    requestId: 'key-expiry',
    clientId,
    keyId: kid,
    detail: {
      keyId,
      expires: new Date(expires).toISOString(),
      description:
        days === 0
          ? `The key ${keyId} expired on ${readableTime(expires)}. What it signs is refused.`
          : `The key ${keyId} expires on ${readableTime(expires)}, within ${days} ${days === 1 ? 'day' : 'days'}. Register the next one.`,
    },
  }
}

function isUseForgotten({ lastUsed = 0 }: ClientKey, now: number): boolean {
  return now - lastUsed > USE_NOTED_MS
}

function isNews(before: ClientKey, after: ClientKey): boolean {
  return (after.lastUsed ?? 0) - (before.lastUsed ?? 0) > USE_NOTED_MS
}
