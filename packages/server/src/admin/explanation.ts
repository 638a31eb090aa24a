/**
 * An assertion explained to an administrator: what the token endpoint would make of it, and why.
 * @module
 */

import type { LogEventJson } from './wire-types.ts'
import { explainedChecks } from '../audit.ts'
import { type AssertionExplanation, type Signer, stateOf } from '../explanation.ts'
import type { Answer } from '../http/exchange.ts'
import { budgetHeaders, createBudgets } from '../rate-limit.ts'
import type { AuditStore, AuditValue, Status } from '../storage/ports.ts'
import { ApiError, InputError } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, jsonBody } from './call.ts'
import { object, own } from './input.ts'
import { ANY_ROLE, requireRole } from './permissions.ts'
import { date, logEventJson } from './wire.ts'

/** What the server makes of an assertion, as `/api/v1/explain` shows it. */
export interface ExplanationJson {
  /** When it was judged. */
  readonly at: string
  /** Where: the issuer identifier and the token endpoint that it was compared with. */
  readonly issuer: string
  readonly endpoint: string
  readonly profile: 'okta' | 'strict'
  /** Whether it would authenticate the app now. */
  readonly accepted: boolean
  /** Every check, as in the log. */
  readonly checks: AuditValue
  /** Why it is refused, the closest cause first. */
  readonly causes: readonly {
    readonly rule: string
    readonly severity: string
    readonly sentence: string
    readonly fix: string
  }[]
  /** The app that it claims to be; `null` when there is none. */
  readonly app: {
    readonly id: string
    readonly label: string
    readonly status: Status
    /** Whether it gets only tokens that are bound to a key. */
    readonly isDpopRequired: boolean
  } | null
  /** The key that made the signature; `null` when it is none that is registered here. */
  readonly signer: {
    readonly appId: string
    readonly label: string
    readonly kid: string
    readonly status: 'ACTIVE' | 'INACTIVE' | 'EXPIRED' | 'REVOKED' | 'PUBLISHED'
    /** What was changed of it last. */
    readonly lastChange: LogEventJson | null
  } | null
  /** Whether a signature that fits no key was held against all keys of all apps. */
  readonly isEveryKeyTried: boolean
  /** What becomes of the scopes that are asked for; `null` when none were sent along, or there is no app. */
  readonly scopes: {
    readonly granted: readonly string[]
    readonly notGranted: readonly string[]
    readonly error: string | null
    readonly description: string | null
  } | null
}

const SUBJECT = 'Explanation'
const MEMBERS = ['client_assertion', 'client_id', 'scope', 'resource', 'endpoint'] as const
type Member = (typeof MEMBERS)[number]
/** Calls in a minute of one administrator: each may cost hundreds of verifications. */
export const EXPLANATIONS_PER_MINUTE = 30

/** Makes the handler, with a budget of its own for each administrator; 0 is no limit. */
export function createExplanation(
  perMinute: number,
): (environment: AdminEnvironment, call: AdminCall) => Promise<Answer> {
  const budgets = perMinute === 0 ? undefined : createBudgets(perMinute)
  return async (environment, call) => {
    requireRole(call.actor, ...ANY_ROLE)
    const { client_assertion: assertion = '', ...sent } = readInput(jsonBody(call))
    const budget = budgets?.take(call.actorId, call.now)
    if (budget?.isAllowed === false) {
      throw new ApiError('E0000047', { headers: budgetHeaders(budget, call.now) })
    }
    const { scope, resource } = sent
    const explanation = await environment.explainAssertion(
      {
        assertion,
        clientId: sent.client_id,
        endpoint: sent.endpoint,
        scopes: scope === undefined && resource === undefined ? undefined : { scope, resource },
      },
      Math.floor(call.now / 1000),
    )
    if (explanation === undefined) {
      throw new InputError(SUBJECT, [
        "'endpoint' must be the URL of a token endpoint of this server, or absent.",
      ])
    }
    return { status: 200, body: await explanationJson(environment, explanation, call.now) }
  }
}

/** @throws {@link InputError} */
function readInput(body: unknown): Partial<Record<Member, string>> {
  const members = object(body, SUBJECT)
  const problems: string[] = []
  const input: Partial<Record<Member, string>> = {}
  for (const name of Object.keys(members)) {
    const known = MEMBERS.find((each) => each === name)
    const value = own(members, name)
    if (known === undefined) problems.push(`The only members are ${MEMBERS.join(', ')}.`)
    else if (typeof value === 'string') input[known] = value
    else if (value !== undefined) problems.push(`'${known}' must be a text.`)
  }
  if (input.client_assertion === undefined) problems.push("'client_assertion' is missing.")
  if (problems.length > 0) throw new InputError(SUBJECT, [...new Set(problems)])
  return input
}

async function explanationJson(
  { audit }: Pick<AdminEnvironment, 'audit'>,
  explanation: AssertionExplanation,
  now: number,
): Promise<ExplanationJson> {
  const { place, profile, checks, isAccepted, causes, app, signer, isEveryKeyTried, scopes } =
    explanation
  return {
    at: date(now),
    ...place,
    profile: profile.name,
    accepted: isAccepted,
    checks: explainedChecks(checks),
    causes: causes.map(({ rule, severity, sentence, fix }) => ({ rule, severity, sentence, fix })),
    app:
      app === undefined
        ? null
        : {
            id: app.clientId,
            label: app.label,
            status: app.status,
            isDpopRequired: app.settings?.isDpopRequired === true,
          },
    signer: signer === undefined ? null : await signerJson(audit, signer, now),
    isEveryKeyTried,
    scopes:
      scopes === undefined
        ? null
        : scopes.error === undefined
          ? { ...scopes, error: null, description: null }
          : { granted: [], notGranted: [], ...scopes },
  }
}

async function signerJson(
  audit: Pick<AuditStore, 'read'>,
  { app, kid, key }: Signer,
  now: number,
): Promise<ExplanationJson['signer']> {
  const { clientId } = app
  const [lastChange] = await audit.read({
    order: 'newest_first',
    clientId,
    keyId: kid,
    kind: 'changes',
    limit: 1,
  })
  return {
    appId: clientId,
    label: app.label,
    kid,
    status: key === undefined ? 'PUBLISHED' : stateOf(key, now),
    lastChange: lastChange === undefined ? null : logEventJson(lastChange),
  }
}
