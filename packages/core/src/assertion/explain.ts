/**
 * Words for people: what a failed check means and how to mend it. CLI, server and browser say these.
 * @module
 */

import type { JsonValue } from '../json.ts'
import type { CheckName, CheckResult, FailResult } from './check.ts'
import { closestText, describeDifference } from '../text-difference.ts'

/** A result in words. */
export interface Explanation {
  /** What happened, as one sentence without a full stop. */
  readonly sentence: string
  /** What to do about it. Absent when there is nothing to do. */
  readonly fix?: string
}

/** Puts a result into words. The words may quote what the assertion says: show them to its owner. */
export function explain(result: CheckResult): Explanation {
  switch (result.status) {
    case 'pass':
      return { sentence: PASSED[result.check] }
    case 'skip':
      return {
        sentence:
          result.because === 'not_given'
            ? `not checked: there is nothing to compare with`
            : `not checked: "${result.because}" has to hold first`,
      }
    case 'fail':
      return explainFailure(result)
  }
}

const PASSED: Readonly<Record<CheckName, string>> = {
  format: 'it has three canonical base64url segments with a JSON header and JSON claims',
  crit: 'no critical extension is asked for',
  typ: 'the type is the expected one, or none is stated',
  alg: 'the algorithm is allowed',
  key: 'one registered key fits "kid" and "alg"',
  signature: 'the signature was made with the private key of that key',
  iss: 'the issuer is the client',
  sub: 'the subject is the same client as the issuer',
  aud: 'the audience is this server, and nobody else',
  exp: 'it has not expired',
  nbf: 'it is valid already, or says nothing about it',
  iat: 'it was not issued in the future, or says nothing about it',
  jti: 'the identifier is well-formed, or not needed',
  lifetime: 'it expires soon enough',
  replay: 'it was not used before',
  client_id: 'the client is named',
  scope: 'the scopes are well-formed, with those that are needed',
  cnf: 'the key that the token is bound to, if any, was proved',
  htm: 'the proof is for this method',
  htu: 'the proof is for this URL',
  ath: 'the proof is for this access token',
  nonce: 'the nonce is one of this server',
  active: 'the token is active',
}

function explainFailure(result: FailResult): Explanation {
  const { check, reason, expected, actual } = result
  switch (reason) {
    case 'missing':
      return missing(check, expected)
    case 'malformed':
      return malformed(result)
    case 'mismatch':
      return mismatch(result)
    case 'not_allowed':
      return notAllowed(result)
    case 'no_matching_key':
      return {
        sentence:
          Array.isArray(expected) && expected.length === 0
            ? 'the client has no active key'
            : `no active key of the client fits ${quote(actual)}; it has ${list(expected)}`,
        fix: 'set "kid" to the Key ID of a registered, active key and sign with its private half, or register the public key first',
      }
    case 'bad_signature':
      return {
        sentence: `this is not ${plain(expected)} over this header and payload`,
        fix: 'sign with the private half of the registered key, over exactly the header and payload that are sent; an ECDSA signature must be r || s, not DER',
      }
    case 'expired':
      return {
        sentence: `"exp" is ${date(actual)}, ${seconds(expected, actual)} before the time of receipt, ${date(expected)}`,
        fix: 'sign a new assertion for each request, with "exp" a minute or so ahead; if it is new, set the clock of the machine that signed it',
      }
    case 'not_yet_valid':
      return {
        sentence: `"${check}" is ${date(actual)}, ${seconds(actual, expected)} later than accepted`,
        fix: isMilliseconds(actual)
          ? `write "${check}" in seconds; this value is in milliseconds`
          : 'set the clock of the machine that signed it; it runs ahead',
      }
    case 'too_old':
      return {
        sentence: `"${check}" is ${date(actual)}, which is too long ago`,
        fix: 'sign a new one for each request',
      }
    case 'lifetime_too_long':
      return {
        sentence: `"exp" is ${date(actual)}; the latest accepted is ${date(expected)}`,
        fix: isMilliseconds(actual)
          ? 'write "exp" in seconds; this value is in milliseconds'
          : 'set "exp" a minute or so ahead; if it is, set the clock of the machine that signed it',
      }
    case 'replayed':
      return {
        sentence: 'this assertion was used before',
        fix: 'sign a new assertion with a new "jti" for each request, and for each retry',
      }
  }
}

function missing(check: CheckName, expected: JsonValue | undefined): Explanation {
  if (check === 'key' && typeof expected === 'string') {
    return {
      sentence: 'the header has no "jwk"',
      fix: `put ${expected} into the "jwk" header parameter`,
    }
  }
  if (check === 'cnf') {
    return {
      sentence: 'the token was sent with a DPoP proof, and it is bound to no key',
      fix: 'send it as "Authorization: Bearer", or send a DPoP proof with the token request to get a token that is bound',
    }
  }
  if (check === 'scope') {
    return {
      sentence: `the token lacks the scope ${quote(expected)}`,
      fix: 'name it in "scope" of the token request; it has to be granted to the service app first',
    }
  }
  if (check === 'key') {
    return {
      sentence: `the header has no "kid", and the client has several active keys: ${list(expected)}`,
      fix: 'put the Key ID of the key that signs into the "kid" header parameter',
    }
  }
  const values: Partial<Record<CheckName, string>> = {
    exp: 'the time at which it ends as a number of seconds since 1970, a minute or so ahead',
    jti: 'a new random string for each assertion',
    iss: 'the client_id',
    sub: 'the client_id',
    alg: `one of ${list(expected)}`,
    aud: describe(expected),
    iat: 'the time of signing as a number of seconds since 1970',
    htm: `the method of the request, ${quote(expected)}`,
    htu: `the URL of the request without query and fragment, ${quote(expected)}`,
    ath: 'the SHA-256 hash of the access token in base64url',
    nonce: 'the value of the last "DPoP-Nonce" header of this server',
    active: 'true or false',
  }
  return {
    sentence: `"${check}" is missing`,
    fix: `add "${check}": ${values[check] ?? describe(expected)}`,
  }
}

function malformed({ check, expected, actual }: FailResult): Explanation {
  if (check === 'format') {
    return {
      sentence: `it can not be read: ${plain(actual)}`,
      fix: 'send the JWT exactly as it was signed: header.payload.signature, nothing before, between or after',
    }
  }
  if (check === 'key' && typeof actual === 'string') {
    return {
      sentence: `the "jwk" in the header is no usable public key: ${actual}`,
      fix: `put ${describe(expected)} into the "jwk" header parameter`,
    }
  }
  if (typeof actual === 'string' && /^\d+$/.test(actual)) {
    return {
      sentence: `"${check}" is the string "${actual}"; it must be a number`,
      fix: `write it without quotes: "${check}": ${actual}`,
    }
  }
  return {
    sentence: `"${check === 'key' ? 'kid' : check}" is ${quote(actual)}, which is not of the right form`,
    fix: `make it ${expected === undefined ? 'a non-empty string' : describe(expected)}`,
  }
}

function mismatch({ check, expected, actual }: FailResult): Explanation {
  switch (check) {
    case 'key':
      return {
        sentence: `the key of this "kid" is for ${plain(expected)}, and "alg" is ${quote(actual)}`,
        fix: 'sign with the algorithm that the key is registered for',
      }
    case 'nbf':
    case 'iat':
      return {
        sentence: `"${check}", ${date(actual)}, is not before "exp", ${date(expected)}`,
        fix: `set "exp" later than "${check}"`,
      }
    case 'aud':
      return {
        sentence: `"aud" is ${quote(actual)}${audienceDifference(expected, actual)}`,
        fix: `set "aud" to ${describe(expected)}`,
      }
    case 'sub':
      return {
        sentence: `"sub" is ${quote(actual)} and "iss" is ${quote(expected)}`,
        fix: 'set both "iss" and "sub" to the client_id',
      }
    case 'cnf':
      return {
        sentence: 'the proof was signed by another key than the token is bound to',
        fix: 'sign each proof with the key that signed the proof of the token request, or get a new token with the key at hand',
      }
    case 'ath':
      return {
        sentence: 'the proof is for another access token',
        fix: 'set "ath" to the SHA-256 hash of exactly the access token that is sent, in base64url, and sign a new proof for each request',
      }
    case 'nonce':
      return {
        sentence: 'the nonce is not one that this server gave out, or is too old',
        fix: 'sign a new proof with the value of the "DPoP-Nonce" header of this answer',
      }
    case 'active':
      return {
        sentence: 'the authorization server says that the token is not active',
        fix: 'get a new token: this one has expired, was revoked, or is not meant for this resource server',
      }
    default:
      return {
        sentence: `"${check}" is ${quote(actual)}, expected ${quote(expected)}`,
        fix: `set "${check}" to ${quote(expected)}`,
      }
  }
}

function notAllowed({ check, expected, actual }: FailResult): Explanation {
  if (check === 'key') {
    return {
      sentence: `the "jwk" in the header holds the private member ${quote(actual)}`,
      fix: `put ${describe(expected)} there, and make a new key: this one was sent away`,
    }
  }
  if (check === 'cnf') {
    return {
      sentence:
        actual === undefined
          ? 'the token is bound to a key, and it was sent without a proof of it'
          : `the token is bound in a way that can not be checked here: ${quote(actual)}`,
      fix: `send it with ${describe(expected)}`,
    }
  }
  if (check === 'aud') {
    return {
      sentence: `"aud" is ${quote(actual)}; more than one audience, or an array where a string is asked for, is refused`,
      fix: `set "aud" to the one string ${describe(expected)}`,
    }
  }
  if (check === 'alg' && quote(actual).startsWith('"HS')) {
    return {
      sentence: `"alg" is ${quote(actual)}, which signs with a shared secret`,
      fix: 'sign with the private key: RS256 for an RSA key, ES256 for a P-256 key; some libraries use HS256 unless they are told',
    }
  }
  if (check === 'crit') {
    return {
      sentence: 'the header asks for an extension (crit or b64) that is not supported',
      fix: 'sign without "crit" and "b64"',
    }
  }
  return {
    sentence: `"${check}" is ${quote(actual)}, which is not allowed`,
    fix: `use ${describe(expected)}`,
  }
}

/** How `aud` differs from the closest of the values that were expected. */
function audienceDifference(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
): string {
  const value = Array.isArray(actual) ? (actual as JsonValue[])[0] : actual
  if (!Array.isArray(expected) || typeof value !== 'string') return ''
  const closest = closestText(expected as string[], value)
  return closest === undefined ? '' : `, which ${describeDifference(closest, value)}`
}

function isMilliseconds(value: JsonValue | undefined): boolean {
  return typeof value === 'number' && value > 100_000_000_000
}

function date(value: JsonValue | undefined): string {
  if (typeof value !== 'number') return quote(value)
  const milliseconds = value * 1000
  if (Math.abs(milliseconds) > 8.64e15) return String(value)
  return `${value} (${new Date(milliseconds).toISOString().replace('.000Z', 'Z')})`
}

function seconds(later: JsonValue | undefined, earlier: JsonValue | undefined): string {
  return `${Math.round(Number(later) - Number(earlier))} s`
}

/** What was expected: one value as it is, or the alternatives. */
function describe(expected: JsonValue | undefined): string {
  if (Array.isArray(expected)) return (expected as JsonValue[]).map(quote).join(' or ')
  return typeof expected === 'string' && expected.includes(' ') ? expected : quote(expected)
}

function list(values: JsonValue | undefined): string {
  return Array.isArray(values) ? (values as JsonValue[]).map(quote).join(', ') : quote(values)
}

/** A text without quotes; anything else as it stands in JSON. */
function plain(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : quote(value)
}

/** A value as it stands in JSON, cut to a length that fits a line. */
function quote(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
