/**
 * What an administrator changed that explains a refusal.
 * @module
 */

import type { AuditEvent, AuditStore, AuditValue, StoredAuditEntry } from '../storage/ports.ts'

/** Why something was refused, as far as an entry tells. */
export interface Refusal {
  /** The code of the protocol or of ours; empty where there is none. */
  readonly error: string
  /** The first check that failed, with its reason; or the policy of the app alone. */
  readonly check: string | undefined
  readonly reason: string | undefined
  /** The sentence for people. */
  readonly sentence: string
}

/** Reads why an entry tells of a refusal. */
export function refusalOf({ event, detail }: StoredAuditEntry): Refusal {
  const checks = detail['checks']
  const failed = (Array.isArray(checks) ? (checks as readonly AuditValue[]) : []).find(
    (check): check is Readonly<Record<string, AuditValue>> =>
      typeof check === 'object' && check !== null && !Array.isArray(check) && isFail(check),
  )
  const text = (value: AuditValue | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined
  return {
    error: text(detail['error']) ?? (event === 'token.refused' ? 'server_error' : ''),
    check: text(failed?.['check']),
    reason: text(failed?.['reason']) ?? text(detail['policy']),
    sentence: text(failed?.['sentence']) ?? text(detail['description']) ?? '',
  }
}

/**
 * The names under which the reason of a refusal is looked for: the code of its error and, of each check that failed, the
 * check alone and the check with its reason, such as `exp.expired`; or the policy of the app that refused it.
 */
export function reasonNames({ detail }: Pick<StoredAuditEntry, 'detail'>): readonly string[] {
  const { error, checks, policy } = detail
  const names = [error, policy].filter((name) => typeof name === 'string')
  for (const each of Array.isArray(checks) ? (checks as readonly AuditValue[]) : []) {
    if (typeof each !== 'object' || each === null || !isFail(each)) continue
    const { check, reason } = each as { readonly check?: AuditValue; readonly reason?: AuditValue }
    if (typeof check !== 'string') continue
    names.push(check)
    if (typeof reason === 'string') names.push(`${check}.${reason}`)
  }
  return names
}

function isFail(check: object): boolean {
  return (check as { readonly status?: unknown }).status === 'fail'
}

/** Changes that can be why a check fails, or why scopes are refused. */
const KEY_EVENTS: readonly AuditEvent[] = [
  'key.deactivated',
  'key.deleted',
  'key.revoked',
  'key.expired',
  'key.rotated',
  'key.updated',
  'jwks.key_replaced',
  'key.created',
  'app.deactivated',
  'app.deleted',
  'app.updated',
]
const SCOPE_EVENTS: readonly AuditEvent[] = [
  'grant.deleted',
  'role.removed',
  'scope.deleted',
  'scope.updated',
  'resource.deactivated',
  'resource.deleted',
]
const POLICY_EVENTS: readonly AuditEvent[] = ['app.updated']

/** How many changes of an app are looked through. */
const MAX_CHANGES = 50

/**
 * Finds the last change of the app before a place that can be why it was refused; `undefined` when none can, or when
 * nothing changed.
 */
export async function findCause(
  audit: Pick<AuditStore, 'read'>,
  before: StoredAuditEntry,
): Promise<StoredAuditEntry | undefined> {
  const { clientId, keyId, id } = before
  if (clientId === undefined) return undefined
  const { check, reason, error } = refusalOf(before)
  const kid = keyId ?? headerKid(before)
  const changes = await audit.read({
    order: 'newest_first',
    after: id,
    clientId,
    kind: 'changes',
    limit: MAX_CHANGES,
  })
  if (check === 'key' || check === 'signature') {
    const ofKey = changes.filter(({ event }) => KEY_EVENTS.includes(event))
    return ofKey.find((change) => kid !== undefined && change.keyId === kid) ?? ofKey[0]
  }
  if (check !== undefined || reason !== undefined)
    return changes.find(({ event }) => POLICY_EVENTS.includes(event))
  const isAboutScopes = error === 'invalid_scope' || error === 'unauthorized_client'
  const events = isAboutScopes || error === 'invalid_target' ? SCOPE_EVENTS : KEY_EVENTS
  return changes.find(({ event }) => events.includes(event))
}

/** The `kid` that an assertion named. */
export function headerKid({ detail }: StoredAuditEntry): string | undefined {
  const header = detail['header']
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return undefined
  const kid = (header as Readonly<Record<string, AuditValue>>)['kid']
  return typeof kid === 'string' ? kid : undefined
}
