/**
 * What the words of a refusal say about its cause: Okta's sentences, ours, and what others have in common.
 * @module
 */

import type { Finding } from '../finding.ts'

/** A refusal of the token endpoint. */
export interface Refusal {
  readonly error: string
  readonly errorDescription: string | undefined
}

/** What it is about, for the words. */
export interface RefusedClient {
  readonly clientId: string
  readonly kid: string | undefined
  readonly scope: string | undefined
  /** Whether the assertion named the issuer, and not the endpoint. */
  readonly isIssuerAudience: boolean
  readonly isDpopSent: boolean
}

type Row = readonly [pattern: RegExp, rule: string, words: (client: RefusedClient) => Words]
type Words = readonly [sentence: string, fix: string]

/** For `invalid_client`; the first that fits counts. */
const SENTENCES: readonly Row[] = [
  [
    /already (?:been )?used|\bjti\b.*used|replay/i,
    'replayed',
    () => [
      'the server says that this assertion was used before, though it was new',
      'look for something on the way that sends requests twice, such as a proxy that tries again',
    ],
  ],
  [
    /audience|\baud\b/i,
    'aud-wrong',
    ({ isIssuerAudience }) => [
      `the server does not take the ${isIssuerAudience ? 'issuer' : 'value that was sent'} as "aud"`,
      isIssuerAudience
        ? 'set "audience" to "endpoint"'
        : 'set "audience" to "issuer", or to what the server documents',
    ],
  ],
  [
    /too far (?:into|in) the future|lifetime/i,
    'lifetime-too-long',
    () => [
      'the assertion is valid for longer than the server allows',
      'leave out "lifetimeSeconds": 60 are enough for one request',
    ],
  ],
  [
    /before the current time|in the future|not yet valid|\biat\b/i,
    'clock-ahead',
    () => ['to the server the assertion comes from the future', 'set the clock of this machine'],
  ],
  [
    /expired/i,
    'clock-behind',
    () => ['to the server the assertion had ended when it came', 'set the clock of this machine'],
  ],
  [
    /algorithm|\balg\b/i,
    'alg-not-supported',
    () => [
      'the server does not take the algorithm of the signature',
      'set "alg" to another that the key fits, or use a key of another kind',
    ],
  ],
  [
    /\btyp\b/i,
    'typ-not-supported',
    () => ['the server does not take the "typ" of the assertion', 'set "typ" to "JWT"'],
  ],
  [
    /\bkid\b|key id/i,
    'kid-not-registered',
    ({ kid, clientId }) => [
      `the server knows no active key "${kid}" of ${clientId}`,
      'compare the key IDs that are registered, and name the right one with "kid"; or register this key',
    ],
  ],
  [
    /signature/i,
    'key-not-registered',
    ({ kid, clientId }) => [
      `the signature does not fit the key that is registered for ${clientId} under "${kid}"`,
      'register the public half of this key, or sign with the key that is registered',
    ],
  ],
  [
    /(?:issuer|subject) claim|client_id|client id/i,
    'client-unknown',
    ({ clientId }) => [
      `the server does not know the client "${clientId}"`,
      'compare "clientId" with the one that the server shows for the app',
    ],
  ],
]

const CODES: Readonly<
  Record<string, readonly [rule: string, words: (client: RefusedClient) => Words]>
> = {
  invalid_scope: ['scope-not-granted', scopeWords],
  consent_required: ['scope-not-granted', scopeWords],
  access_denied: ['scope-not-granted', scopeWords],
  unauthorized_client: [
    'grant-not-allowed',
    () => [
      'the client may not use the client_credentials grant type',
      'have its operator make it a service app, or allow the grant type for it',
    ],
  ],
  unsupported_grant_type: [
    'grant-not-supported',
    () => [
      'the server does not give tokens to services in this way',
      'ask its operator which issuer services use, or name its kind with "provider"',
    ],
  ],
  invalid_target: [
    'resource-unknown',
    () => ['the server does not know the resource', 'name "resource" as the server does'],
  ],
  invalid_dpop_proof: ['dpop-required', dpopWords],
  use_dpop_nonce: ['dpop-required', dpopWords],
}

function scopeWords({ scope, clientId }: RefusedClient): Words {
  return scope === undefined
    ? ['no scope was asked for, and the server has no default', 'name the scopes with "scope"']
    : [
        `not all of ${scope} exist there and are granted to ${clientId}`,
        'have the scopes granted to the app, and ask for those alone',
      ]
}

function dpopWords({ isDpopSent }: RefusedClient): Words {
  return isDpopSent
    ? [
        'the server does not take the DPoP proof',
        'look whether a proxy changes the URL, and whether the server takes the algorithm of the DPoP key',
      ]
    : ['the server wants tokens of this client bound to a DPoP key', 'set "dpop" to true']
}

/**
 * The cause that a refusal tells.
 *
 * @param isSound Whether our own checks find nothing wrong with the assertion: then what is left is
 * what only the server knows.
 */
export function causeOfRefusal(
  { error, errorDescription = '' }: Refusal,
  client: RefusedClient,
  isSound: boolean,
): Finding | undefined {
  const finding = (rule: string, [sentence, fix]: Words): Finding => {
    return { rule, severity: 'error', sentence, fix }
  }
  const row = CODES[error]
  if (row !== undefined) return finding(row[0], row[1](client))
  if (error !== 'invalid_client' && error !== 'invalid_grant') return undefined
  const told = SENTENCES.find(([pattern]) => pattern.test(errorDescription))
  if (told !== undefined) return finding(told[1], told[2](client))
  if (!isSound) return undefined
  // The client was recognised and its request was not taken: so do some that want DPoP.
  if (error === 'invalid_grant' && !client.isDpopSent) {
    return finding('dpop-required', [
      'the assertion is sound and the request is refused all the same, as servers do that want tokens bound to a DPoP key',
      'set "dpop" to true',
    ])
  }
  return finding('client-not-recognised', [
    `the assertion is sound, so "${client.clientId}" is unknown there, or not active, or has no active key "${client.kid}"`,
    'compare the client ID, and have the public half of this key registered and active',
  ])
}
