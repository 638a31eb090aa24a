/**
 * A call of the admin API by an app that proved who it is, and what every handler has at hand.
 * @module
 */

import type { JwsAlgorithmName } from '@keygrant/core/keys'
import type { IncomingRequest } from '../http/exchange.ts'
import type { ExplainAssertion } from '../explanation.ts'
import type { JwksPreviews } from '../jwks-preview.ts'
import type { JwksStates } from '../jwks-states.ts'
import type { JwksUriPolicy } from '../jwks-uri.ts'
import type { KeyIndex } from '../key-index.ts'
import type { Measures } from '../measures.ts'
import type { RemoteKeys } from '../remote-keys.ts'
import type { Registry } from '../registry.ts'
import { type Budgets, budgetHeaders } from '../rate-limit.ts'
import type { StoredResources } from '../resource-store.ts'
import type { Revocations } from '../revocations.ts'
import type { SigningKeyStore } from '../signing-key-store.ts'
import type {
  AuditEntry,
  AuditEvent,
  AuditStore,
  Decision,
  RecordStore,
  ServiceApp,
  UsageStore,
} from '../storage/ports.ts'
import { ApiError, notFound } from './api-error.ts'
import type { LogTail } from './log-tail.ts'
import type { ServerFacts } from './organization.ts'
import { type Actor, actorOf, requireAuthority } from './permissions.ts'

/** What every handler has at hand. */
export interface AdminEnvironment {
  readonly issuer: string
  readonly registry: Registry
  readonly records: RecordStore
  /** The resources, in memory: read again after each change of one. */
  readonly resources: Pick<StoredResources, 'refresh'>
  /** The keys that sign access tokens. */
  readonly signingKeys: SigningKeyStore
  /** The uses of an app's keys, those of this process up to now. */
  readonly readUsage: UsageStore['read']
  readonly audit: AuditStore
  /** Access tokens that were revoked one by one. */
  readonly revocations: Revocations
  /** The end of the audit log, for those who watch it grow. */
  readonly logTail: LogTail
  /** What was measured, minute by minute. */
  readonly measures: Pick<Measures, 'read'>
  /** Algorithms that clients may sign assertions with. */
  readonly algorithms: readonly JwsAlgorithmName[]
  /** What the server is. */
  readonly facts: ServerFacts
  /** Which keys are registered for which apps. */
  readonly keyIndex: Pick<KeyIndex, 'read'>
  /** Keys that apps publish themselves: what is held, how it went, and a look at what a URL gives. */
  readonly remoteKeys: Pick<RemoteKeys, 'usableUntil'>
  readonly jwksStates: Pick<JwksStates, 'read'>
  readonly jwksPreviews: JwksPreviews
  /** Where a client may publish its keys. */
  readonly jwksUriPolicy: JwksUriPolicy
  readonly explainAssertion: ExplainAssertion
  /** What one administrator may have explained; `undefined` is no limit. */
  readonly explanationBudgets: Pick<Budgets, 'take'> | undefined
}

/** A call: its request, who makes it, and when. */
export interface AdminCall {
  readonly request: IncomingRequest
  readonly actorId: string
  /** Who makes it, as it was when the call came. A change is judged by what it is in the transaction. */
  readonly actor: Actor
  /** Milliseconds since 1970. */
  readonly now: number
  /** Judges once more who makes it, for an answer that takes long; rejects when they may no longer. */
  requireAgain(): Promise<void>
}

/** A change of an app that exists, as a decision inside the transaction. */
export type Change<T> = (current: ServiceApp, actor: Actor | undefined) => Decision<T>

/**
 * Changes an app that exists. The actor's right to what the change makes of it is judged in the same
 * transaction, whatever the change itself requires.
 *
 * @throws {@link ApiError} E0000007 when it does not exist, E0000006 when the actor may not.
 */
export function changeApp<T>(
  { registry }: AdminEnvironment,
  { actorId }: AdminCall,
  clientId: string,
  change: Change<T>,
): Promise<T> {
  return registry.change({ clientId, actorId }, (current, app, person) => {
    if (current === undefined) throw notFound(clientId, 'AppInstance')
    const actor = actorOf(app, person)
    const decision = change(current, actor)
    requireAuthority(actor, current, decision.next)
    return decision
  })
}

/**
 * Reads an app.
 *
 * @throws {@link ApiError} E0000007 when there is none.
 */
export async function readApp(
  { registry }: AdminEnvironment,
  clientId: string,
): Promise<ServiceApp> {
  const registered = await registry.find(clientId)
  if (registered === undefined) throw notFound(clientId, 'AppInstance')
  return registered.app
}

/** The audit entry of a change; `clientId` is that of the app that it is about, if it is about one. */
export function changeEntry(
  { request, actorId, now }: AdminCall,
  event: AuditEvent,
  clientId: string | undefined,
  detail: AuditEntry['detail'] = {},
): AuditEntry {
  return { event, outcome: 'SUCCESS', at: now, requestId: request.id, actorId, clientId, detail }
}

/**
 * Takes a call out of what one administrator may ask for.
 *
 * @throws {@link ApiError} E0000047 when that is used up.
 */
export function requireBudget(
  budgets: Pick<Budgets, 'take'> | undefined,
  { actorId, now }: AdminCall,
): void {
  const budget = budgets?.take(actorId, now)
  if (budget?.isAllowed === false) {
    throw new ApiError('E0000047', { headers: budgetHeaders(budget, now) })
  }
}

/** A parameter of the route. */
export function pathParameter({ request }: AdminCall, name: string): string {
  return request.parameters[name] ?? ''
}

/**
 * The JSON body.
 *
 * @throws {@link ApiError} E0000003 or E0000021.
 */
export function jsonBody({ request: { body } }: Pick<AdminCall, 'request'>): unknown {
  if (body.kind === 'json') return body.value
  if (body.kind === 'unreadable' && body.fault !== 'json') throw new ApiError('E0000021')
  throw new ApiError('E0000003')
}
