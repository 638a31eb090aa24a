/**
 * What a refusal of the token endpoint says about its cause.
 * @module
 */

import type { OAuthResponseError } from '@keygrant/core/errors'
import { type Cause, causeOf } from './cause.ts'

type Row = readonly [pattern: RegExp, rule: string, sentence: string, fix: string]

/** Sentences of servers about an assertion: Okta's, ours, and what others have in common with them. */
const ASSERTION_SENTENCES: readonly Row[] = [
  [
    /already (?:been )?used|\bjti\b.*(?:used|replay)|replay/i,
    'replayed',
    'the server says that this assertion was used before, though it is new',
    'something on the way sends requests twice, such as a proxy that tries again: look at it',
  ],
  [
    /audience|\baud\b/i,
    'aud-wrong',
    'the server does not take the "aud" of the assertion',
    'set --audience to the issuer as the server states it; Okta wants the URL of the token endpoint',
  ],
  [
    /too far (?:into|in) the future|at most \d+ seconds ahead|lifetime/i,
    'lifetime-too-long',
    'the assertion is valid for longer than the server allows',
    'leave out --lifetime: 60 seconds are enough for one request',
  ],
  [
    /before the current time|must not be in the future|not yet valid|\biat\b/i,
    'clock-ahead',
    'the assertion seems to come from the future: the clock of this machine is ahead of the server',
    'set the clock of this machine (NTP)',
  ],
  [
    /expired|\bexp\b.*passed/i,
    'clock-behind',
    'the assertion was expired when it came: the clock of this machine is behind the server',
    'set the clock of this machine (NTP)',
  ],
  [
    /algorithm|\balg\b/i,
    'alg-not-supported',
    'the server does not take the algorithm of the signature',
    'choose another with --alg, or make a key of another kind',
  ],
  [
    /\btyp\b/i,
    'typ-not-supported',
    'the server does not take the "typ" of the assertion',
    'set "typ" to JWT in the client',
  ],
  [
    /\bkid\b|key id/i,
    'kid-not-registered',
    'the server knows no active key of this client with the key ID that was sent',
    'compare the key ID with the registered ones, and name it with --kid; or register this key',
  ],
  [
    /signature/i,
    'key-not-registered',
    'the signature does not fit the key that is registered for the client',
    'register the public half of this key, or sign with the key that is registered',
  ],
  [
    /(?:issuer|subject) claim|client_id|client id/i,
    'client-unknown',
    'the server does not know the client ID',
    'compare the client ID with the one that the server shows for the app',
  ],
]

/** The cause that a refusal tells, as far as it tells one. */
export function causeOfRefusal({ error, errorDescription = '' }: OAuthResponseError): Cause {
  const likely = causeOf('assertion', 'error', 'likely')
  switch (error) {
    case 'invalid_client':
    case 'invalid_grant': {
      const row = ASSERTION_SENTENCES.find(([pattern]) => pattern.test(errorDescription))
      if (row === undefined) return unrecognised()
      const [, rule, sentence, fix] = row
      return likely(rule, sentence, fix)
    }
    case 'use_dpop_nonce':
    case 'invalid_dpop_proof':
      return causeOf('DPoP', 'error', 'likely')(
        'dpop-required',
        'the server wants a DPoP proof with the request',
        'have the client send one: --dpop, or "dpop" in its options',
      )
    case 'invalid_scope':
    case 'consent_required':
    case 'access_denied':
      return causeOf('scope', 'error', 'likely')(
        'scope-not-granted',
        `the server gives none of the scopes (${error})`,
        'have the scopes granted to the app, and ask for those alone',
      )
    case 'unauthorized_client':
      return likely(
        'grant-not-allowed',
        'the client may not use client_credentials',
        'have its operator make it a service app, or allow the grant type for it',
      )
    case 'unsupported_grant_type':
      return causeOf('metadata', 'error', 'likely')(
        'grant-not-supported',
        'the server does not give tokens to services',
        'ask its operator which issuer services use',
      )
    case 'invalid_target':
      return likely(
        'resource-unknown',
        'the server does not know the resource that the token is asked for',
        'name the resource as the server does',
      )
    default:
      return likely(
        'refused',
        `the server refused with ${error}`,
        'look the code up in the documentation of the server',
      )
  }
}

/** What is left when the server gives no reason, as it must where that would tell what is registered. */
function unrecognised(): Cause {
  return causeOf('assertion', 'error', 'likely')(
    'client-not-recognised',
    'the server does not take this client with this key, and does not say why: the client ID is unknown, the app is inactive, or this key is not registered for it, or not active',
    'compare the client ID, then have the public half of this key registered and active: keygrant key convert FILE --to public-jwk prints it',
  )
}
