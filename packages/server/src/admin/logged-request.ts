/**
 * One request with all that the log knows of it, and with what came before it.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import type { TracedKey } from '../signer-words.ts'
import type { AuditQuery, StoredAuditEntry } from '../storage/ports.ts'
import { notFound } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, pathParameter } from './call.ts'
import { findCause, headerKid } from './log-cause.ts'
import { date, logEventJson } from './wire.ts'
import type { LogEventJson, LoggedRequestJson, SignerJson } from './wire-types.ts'

const MAX_ENTRIES = 100
const HOUR_MS = 3_600_000
/** Hours in which it is looked for a success. */
const MAX_HOURS = 3

/** Shows a request. */
export async function getLoggedRequest(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { audit, registry } = environment
  const requestId = pathParameter(call, 'requestId')
  const entries = await audit.read({ order: 'oldest_first', requestId, limit: MAX_ENTRIES })
  const main = entries.find(({ event }) => event.startsWith('token.')) ?? entries[0]
  if (main === undefined) throw notFound(requestId, 'LogEvent')
  const { clientId } = main
  const kid = main.keyId ?? headerKid(main)
  const app = clientId === undefined ? undefined : (await registry.find(clientId))?.app
  const key = app?.keys.find(({ jwk }) => jwk.kid === kid)
  const isRefused = main.outcome !== 'SUCCESS'
  const [previousSuccess, nextSuccess, cause] =
    app === undefined
      ? []
      : [
          await findSuccess(environment, main, kid, 'newest_first'),
          isRefused ? await findSuccess(environment, main, kid, 'oldest_first') : undefined,
          isRefused ? await findCause(audit, main) : undefined,
        ]
  const body: LoggedRequestJson = {
    requestId,
    entries: entries.map(logEventJson),
    app: app === undefined ? null : { id: app.clientId, label: app.label, status: app.status },
    key:
      key === undefined
        ? null
        : {
            id: key.id,
            kid: key.jwk.kid,
            status: key.status,
            created: date(key.created),
            lastUpdated: date(key.lastUpdated),
            expires_at: key.expires === undefined ? null : date(key.expires),
          },
    previousSuccess: jsonOf(previousSuccess),
    nextSuccess: jsonOf(nextSuccess),
    cause: jsonOf(cause),
    signer: await signerJson(environment, entries),
  }
  return { status: 200, body }
}

/** Reads what the trace of the signer wrote; an entry that is not as a server writes it says nothing. */
async function signerJson(
  { registry }: Pick<AdminEnvironment, 'registry'>,
  entries: readonly StoredAuditEntry[],
): Promise<SignerJson | null> {
  const trace = entries.find(({ event }) => event === 'signer.traced')
  if (trace === undefined) return null
  const { description, signer, tried, isComplete } = trace.detail
  if (typeof description !== 'string' || typeof tried !== 'number') return null
  const key = signer as unknown as TracedKey | null
  const label = key === null ? undefined : (await registry.find(key.clientId))?.app.label
  return {
    published: date(trace.at),
    sentence: description,
    key: key === null ? null : { ...key, label: label ?? null },
    tried,
    isComplete: isComplete === true,
  }
}

function jsonOf(entry: StoredAuditEntry | undefined): LogEventJson | null {
  return entry === undefined ? null : logEventJson(entry)
}

/**
 * Finds the access token that an app got next to an entry. The counts by the hour say where to look: among the entries
 * of those hours, and not among all that the app ever did.
 */
async function findSuccess(
  { audit, readUsage }: Pick<AdminEnvironment, 'audit' | 'readUsage'>,
  { id, at, clientId }: StoredAuditEntry,
  kid: string | undefined,
  order: AuditQuery['order'],
): Promise<StoredAuditEntry | undefined> {
  if (clientId === undefined) return undefined
  const isBefore = order === 'newest_first'
  const hour = Math.floor(at / HOUR_MS)
  const counts = await readUsage(clientId)
  const hours = new Set(
    counts
      .filter((count) => kid === undefined || count.keyId === kid)
      .filter((count) => (isBefore ? count.hour <= hour : count.hour >= hour))
      .map((count) => count.hour),
  )
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  const nearest = [...hours].sort((one, other) => (isBefore ? other - one : one - other))
  for (const each of nearest.slice(0, MAX_HOURS)) {
    const [found] = await audit.read({
      order,
      after: id,
      clientId,
      keyId: kid,
      event: 'token.issued',
      since: each * HOUR_MS,
      until: (each + 1) * HOUR_MS,
      limit: 1,
    })
    if (found !== undefined) return found
  }
  return undefined
}
