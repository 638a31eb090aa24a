/**
 * What the token endpoint says about an assertion that it refuses: precise where that depends on what
 * was sent and on public policy alone, and one sentence where it depends on what is registered.
 * @module
 */

import {
  type AssertionProfile,
  type CheckResult,
  failedChecks,
  type FailResult,
  OKTA_PROFILE,
} from '@keygrant/core/assertion'
import type { ToldCheck } from './error-topics.ts'

/** Checks of what was sent alone, in the order in which the first that failed gives the sentence. */
const PRECISE: readonly ToldCheck[] = [
  'format',
  'crit',
  'typ',
  'alg',
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'lifetime',
  'jti',
]

/** What the sender of an assertion is told of its refusal. */
export interface ToldRefusal {
  readonly description: string
  readonly topic: ToldCheck
}

/**
 * The public sentence for the checks of a refused assertion; `undefined` when it must be the uniform
 * one. Never repeats what the assertion says.
 */
export function describeRefusal(
  checks: readonly CheckResult[],
  profile: AssertionProfile,
): ToldRefusal | undefined {
  const failed = failedChecks({ checks })
  const first = PRECISE.map((name) => failed.find(({ check }) => check === name)).find(
    (result) => result !== undefined,
  )
  if (first !== undefined) {
    const okta = profile.name === 'okta' ? oktaSentence(first, profile) : undefined
    const description = okta ?? sentence(first, profile)
    return description === undefined ? undefined : { description, topic: first.check as ToldCheck }
  }
  const [only] = failed
  return only?.check === 'replay' ? { description: ALREADY_USED, topic: 'replay' } : undefined
}

const ALREADY_USED = 'The client_assertion token has already been used.'

/** Okta's own sentence, where its catalogue has one. */
function oktaSentence(
  { check, reason }: FailResult,
  { maxLifetimeSeconds }: AssertionProfile,
): string | undefined {
  switch (check) {
    case 'format':
      return 'The parsing of the client_assertion failed.'
    case 'alg':
      return 'The client_assertion JWT signature algorithm is invalid.'
    case 'iss':
      return 'The issuer claim for client_assertion is not a valid client_id.'
    case 'sub':
      return 'The subject claim for client_assertion is not a valid client_id.'
    case 'aud':
      return 'The audience claim for client_assertion must be the endpoint invoked for the request.'
    case 'exp':
      return reason === 'expired'
        ? 'The client_assertion token is expired.'
        : "The client_assertion must contain the 'exp' claim as seconds since epoch."
    case 'iat':
      return reason === 'not_yet_valid'
        ? 'The client_assertion token must be issued before the current time.'
        : undefined
    case 'lifetime':
      // How far is in nobody's documentation when it was set for the app.
      return maxLifetimeSeconds < OKTA_PROFILE.maxLifetimeSeconds
        ? undefined
        : 'The client_assertion token has an expiration too far into the future.'
    default:
      return undefined
  }
}

function sentence({ check, reason }: FailResult, profile: AssertionProfile): string | undefined {
  switch (check) {
    case 'format':
      return 'The client_assertion must be a JWS in compact serialization, with a strict JSON object as header and as payload.'
    case 'crit':
      return "The client_assertion header must not have 'crit' or 'b64': no extension is supported."
    case 'typ':
      return "The client_assertion header 'typ' must be client-authentication+jwt, JWT or absent, and 'cty' must be absent."
    case 'alg':
      return `The client_assertion header 'alg' must be one of ${profile.algorithms.join(', ')}.`
    case 'iss':
      return "The client_assertion claim 'iss' must be the client_id."
    case 'sub':
      return "The client_assertion claim 'sub' must be the client_id, the same as 'iss'."
    case 'aud':
      return "The client_assertion claim 'aud' must be the issuer identifier of this server, as one string."
    case 'exp':
      return reason === 'expired'
        ? "The client_assertion has expired: its 'exp' has passed."
        : "The client_assertion claim 'exp' must be there, as a number of seconds since 1970."
    case 'nbf':
    case 'iat':
      return reason === 'not_yet_valid'
        ? `The client_assertion claim '${check}' must not be in the future.`
        : `The client_assertion claim '${check}' must be a number of seconds since 1970 that lies before 'exp'.`
    case 'lifetime':
      return `The client_assertion claim 'exp' must be at most ${profile.maxLifetimeSeconds} seconds ahead.`
    case 'jti':
      return reason === 'missing'
        ? "The client_assertion claim 'jti' is required: a new random string for each assertion."
        : "The client_assertion claim 'jti' must be a string of 1 to 255 characters."
    default:
      return undefined
  }
}
