/**
 * Why there is no token: the likely causes, ranked, and the error that bears them. Loaded on the first failure.
 * @module
 */

import {
  diagnoseAssertion,
  OKTA_PROFILE,
  STRICT_PROFILE,
  type DiagnosisContext,
} from '../assertion/index.ts'
import { OAuthResponseError, TokenRequestError, type TokenRequestErrorCode } from '../errors.ts'
import type { Finding } from '../finding.ts'
import type { JwsAlgorithmName } from '../keys/index.ts'
import { causeOfConnection } from './connection-causes.ts'
import { isAboutAssertion } from './refusal-rules.ts'
import { causeOfRefusal } from './refusal-sentences.ts'
import type { ExchangeContext, FailedExchange, SentAssertion } from './token-exchange.ts'

/** Makes the error of an exchange that gave no token. */
export async function describeFailure(
  failed: FailedExchange,
  context: ExchangeContext,
): Promise<TokenRequestError> {
  const { failure, attempts, status, requestId, retryAfterSeconds } = failed
  const findings = await findCauses(failed, context)
  const [first] = findings
  const parts = [
    failure.message,
    ...(first === undefined ? [] : [`${first.sentence}; ${first.fix}`]),
  ]
  const suffix = requestId === undefined ? '' : ` (request ${requestId})`
  return new TokenRequestError(codeOf(failed), `${parts.join('; most likely ')}${suffix}`, {
    cause: failure,
    status,
    requestId,
    retryAfterSeconds,
    attempts,
    findings,
  })
}

/** The error for a token of another kind than was asked for. */
export function unusableToken(tokenType: string | undefined): TokenRequestError {
  const none = { attempts: [], findings: [] }
  return new TokenRequestError('ERR_TOKEN_UNUSABLE', typeFault(tokenType), none)
}

function typeFault(tokenType: string | undefined): string {
  if (tokenType === 'Bearer') {
    return 'the server gave a token that is not bound to the DPoP key; it may not know DPoP: leave out "dpop" if tokens without a binding are good enough'
  }
  return tokenType === 'DPoP'
    ? 'the server gave a token that is bound to a DPoP key, and none was sent; set "dpop"'
    : 'the server gave a token of a type that is neither Bearer nor DPoP'
}

function codeOf({ failure, isTransient }: FailedExchange): TokenRequestErrorCode {
  if (isTransient) return 'ERR_TOKEN_UNAVAILABLE'
  return failure instanceof OAuthResponseError ? 'ERR_TOKEN_REFUSED' : 'ERR_TOKEN_UNUSABLE'
}

/** A clock that is off explains the rest; then what our checks find; then what the words tell. */
async function findCauses(
  failed: FailedExchange,
  context: ExchangeContext,
): Promise<readonly Finding[]> {
  const { failure, sent, wanted } = failed
  const found = [clockCause(context), causeOfConnection(failure)]
  if (failure instanceof OAuthResponseError) {
    const checked = sent === undefined ? [] : await assertionCauses(sent, context)
    const told = causeOfRefusal(
      failure,
      {
        clientId: context.clientId,
        kid: sent?.signer.kid,
        scope: wanted.scope,
        isIssuerAudience: sent !== undefined && sent.audience === sent.location.issuer,
        isDpopSent: context.dpop !== undefined,
      },
      checked.length === 0,
    )
    // What a refusal is about comes before what else is wrong: a scope is not an assertion.
    found.push(...(isAboutAssertion(failure.error) ? [...checked, told] : [told, ...checked]))
  }
  return found.filter((finding) => finding !== undefined)
}

function error(rule: string, sentence: string, fix: string): Finding {
  return { rule, severity: 'error', sentence, fix }
}

function clockCause({ clock }: ExchangeContext): Finding | undefined {
  const { observedSkewSeconds: observed, skewSeconds } = clock
  if (Math.abs(observed - skewSeconds) <= 2) return undefined
  const way = observed > 0 ? 'behind' : 'ahead of'
  return error(
    'clock-skew',
    `the clock of this machine is ${Math.abs(Math.round(observed))} s ${way} the server's, more than is corrected for`,
    'set the clock of this machine, or allow more with "maxClockSkewSeconds"',
  )
}

/** What our own checks say of the assertion that was sent, as this server would make them. */
async function assertionCauses(
  { assertion, signer, location, audience }: SentAssertion,
  { clientId, provider, clock }: ExchangeContext,
): Promise<readonly Finding[]> {
  const { issuer = audience, tokenEndpoint, algorithms } = location
  const isEndpointFine = provider.audience === 'endpoint' || audience === tokenEndpoint
  const context: DiagnosisContext = {
    profile: isEndpointFine ? OKTA_PROFILE : STRICT_PROFILE,
    maxLifetimeSeconds: provider.maxLifetimeSeconds ?? OKTA_PROFILE.maxLifetimeSeconds,
    issuer,
    endpoint: tokenEndpoint,
    clientId,
    keys: [signer.publicKey],
    now: clock.now(),
    algorithms: (algorithms ?? OKTA_PROFILE.algorithms) as readonly JwsAlgorithmName[],
  }
  const findings = await diagnoseAssertion(assertion, context)
  if (provider.name !== 'okta' || audience === tokenEndpoint) return findings
  return [
    error(
      'aud-wrong',
      `Okta takes the URL of the endpoint as "aud", and it was "${audience}"`,
      'leave out "audience", or set it to "endpoint"',
    ),
    ...findings,
  ]
}
