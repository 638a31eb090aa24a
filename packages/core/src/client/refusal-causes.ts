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
import {
  HttpError,
  MetadataError,
  OAuthResponseError,
  TokenRequestError,
  type TokenRequestErrorCode,
} from '../errors.ts'
import type { Finding } from '../finding.ts'
import type { JwsAlgorithmName } from '../keys/index.ts'
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

function codeOf({ failure, isTransient }: FailedExchange): TokenRequestErrorCode {
  if (isTransient) return 'ERR_TOKEN_UNAVAILABLE'
  return failure instanceof OAuthResponseError ? 'ERR_TOKEN_REFUSED' : 'ERR_TOKEN_UNUSABLE'
}

async function findCauses(
  failed: FailedExchange,
  context: ExchangeContext,
): Promise<readonly Finding[]> {
  const { failure, sent } = failed
  if (failure instanceof HttpError || failure instanceof MetadataError) return []
  const ofClock = clockCause(context)
  const ofAssertion = sent === undefined ? [] : await assertionCauses(sent, context)
  return [...(ofClock === undefined ? [] : [ofClock]), ...ofAssertion]
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
  const profile = provider.audience === 'endpoint' ? OKTA_PROFILE : STRICT_PROFILE
  const context: DiagnosisContext = {
    profile,
    issuer,
    endpoint: tokenEndpoint,
    clientId,
    keys: [signer.publicKey],
    now: clock.now(),
    ...(algorithms === undefined
      ? undefined
      : { algorithms: algorithms as readonly JwsAlgorithmName[] }),
  }
  return diagnoseAssertion(assertion, context)
}
