/**
 * What the overview says, worked out of apps, refusals and the log.
 * @module
 */

import { api, ApiFailure, readAll, serverNow } from '../../api.ts'
import type { App, AppKey, LogEvent, Person, ReasonGroup } from '../../wire.ts'
import { nameOf } from '../people/name.ts'

/** What the overview knows. */
export interface Facts {
  /** Without those that run this server, such as that of the operator. */
  readonly apps: readonly App[]
  /** `undefined` when the log did not answer. */
  readonly reasons: readonly ReasonGroup[] | undefined
  readonly changes: readonly LogEvent[]
  readonly expiring: readonly ExpiringKey[]
  readonly names: ReadonlyMap<string, string>
}

/** A key that ends soon. */
export interface ExpiringKey {
  readonly app: App
  readonly kid: string
  readonly end: number
}

const DAY_MS = 86_400_000
const SOON_MS = 30 * DAY_MS
const MAX_CHANGES = 6
/** Signing in is no change. */
const NO_CHANGES =
  /^(?:user\.session|user\.authentication|keygrant\.session|keygrant\.admin\.denied)/

/** Reads all of it. */
export async function readFacts(signal: AbortSignal): Promise<Facts> {
  const [all, reasons, changes, people] = await Promise.all([
    readAll<App>('/api/v1/apps', { query: { expand: 'privileges' }, signal }),
    orNothing(async () => {
      const path = '/api/v1/logs/reasons'
      const { body } = await api.get<{ readonly reasons: readonly ReasonGroup[] }>(path, { signal })
      return body.reasons
    }),
    orNothing(() => readChanges(signal)),
    orNothing(async () => {
      const { body } = await api.get<readonly Person[]>('/api/v1/users', { signal })
      return body
    }),
  ])
  return {
    apps: all.filter(({ _embedded: of }) => of?.privileges.roles.includes('SUPER_ADMIN') !== true),
    reasons,
    changes: changes ?? [],
    expiring: all.flatMap(expiringKeys).toSorted((one, other) => one.end - other.end),
    names: new Map([
      ...all.map(({ id, label }): [string, string] => [id, label]),
      ...(people ?? []).map((person): [string, string] => [person.id, nameOf(person)]),
    ]),
  }
}

/** When an app was last given a token: milliseconds since 1970, or 0. */
export function lastUsed({ _embedded: embedded }: App): number {
  return Date.parse(embedded?.use.lastUsed ?? '') || 0
}

/** Whether an app got a token within a day. */
export function isInUse(app: App): boolean {
  return lastUsed(app) > serverNow() - DAY_MS
}

function expiringKeys(app: App): readonly ExpiringKey[] {
  const now = serverNow()
  return app.settings.oauthClient.jwks.keys
    .filter(({ status }: AppKey) => app.status === 'ACTIVE' && status === 'ACTIVE')
    .map(({ kid, expires_at: end }) => ({ app, kid, end: Date.parse(end ?? '') }))
    .filter(({ end }) => end > now && end < now + SOON_MS)
}

async function readChanges(signal: AbortSignal): Promise<readonly LogEvent[]> {
  const { body } = await api.get<readonly LogEvent[]>('/api/v1/logs', {
    query: {
      filter: 'actor.type eq "User"',
      since: new Date(serverNow() - SOON_MS).toISOString(),
      sortOrder: 'DESCENDING',
      limit: '60',
    },
    signal,
  })
  return body.filter(({ eventType }) => !NO_CHANGES.test(eventType)).slice(0, MAX_CHANGES)
}

/** What is not there for this person, or not in time, is left out. */
async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (failure) {
    if (failure instanceof ApiFailure) return undefined
    throw failure
  }
}
