/**
 * An assertion explained to an administrator: what the token endpoint would make of it, and why.
 * @module
 */

import { explainedChecks } from '../audit.ts'
import { stateOfKey } from '../client-key-state.ts'
import type { AssertionExplanation, Signer } from '../explanation.ts'
import type { Answer } from '../http/exchange.ts'
import type { AuditStore } from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, jsonBody, requireBudget } from './call.ts'
import { object, own } from './input.ts'
import { ANY_ROLE, requireRole } from './permissions.ts'
import { date, logEventJson } from './wire.ts'
import type { ExplanationJson } from './wire-types.ts'

const SUBJECT = 'Explanation'
const MEMBERS = ['client_assertion', 'client_id', 'scope', 'resource', 'endpoint'] as const
type Member = (typeof MEMBERS)[number]
/** Calls in a minute of one administrator: each may cost hundreds of verifications. */
export const EXPLANATIONS_PER_MINUTE = 30

/** Explains an assertion. */
export async function explainAssertion(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  requireRole(call.actor, ...ANY_ROLE)
  const { client_assertion: assertion = '', ...sent } = readInput(jsonBody(call))
  requireBudget(environment.explanationBudgets, call)
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
  if (own(members, 'client_assertion') === undefined) {
    problems.push("'client_assertion' is missing.")
  }
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
    status: key === undefined ? 'PUBLISHED' : stateOfKey(key, now),
    lastChange: lastChange === undefined ? null : logEventJson(lastChange),
  }
}
