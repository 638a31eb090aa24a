/**
 * What is to be said of a refusal to a program that uses the client: the words for each rule.
 * @module
 */

import type { Finding } from '../finding.ts'
import { isAboutAssertion, type Refusal, type RefusalRule, ruleOfRefusal } from './refusal-rules.ts'

/** What it is about, for the words. */
export interface RefusedClient {
  readonly clientId: string
  readonly kid: string | undefined
  readonly scope: string | undefined
  /** Whether the assertion named the issuer, and not the endpoint. */
  readonly isIssuerAudience: boolean
  readonly isDpopSent: boolean
}

type Words = readonly [sentence: string, fix: string]

const WORDS: Readonly<Record<RefusalRule, (client: RefusedClient) => Words>> = {
  replayed: () => [
    'the server says that this assertion was used before, though it was new',
    'look for something on the way that sends requests twice, such as a proxy that tries again',
  ],
  'aud-wrong': ({ isIssuerAudience }) => [
    `the server does not take the ${isIssuerAudience ? 'issuer' : 'value that was sent'} as "aud"`,
    isIssuerAudience
      ? 'set "audience" to "endpoint"'
      : 'set "audience" to "issuer", or to what the server documents',
  ],
  'lifetime-too-long': () => [
    'the assertion is valid for longer than the server allows',
    'leave out "lifetimeSeconds": 60 are enough for one request',
  ],
  'clock-ahead': () => [
    'to the server the assertion comes from the future',
    'set the clock of this machine',
  ],
  'clock-behind': () => [
    'to the server the assertion had ended when it came',
    'set the clock of this machine',
  ],
  'alg-not-supported': () => [
    'the server does not take the algorithm of the signature',
    'set "alg" to another that the key fits, or use a key of another kind',
  ],
  'typ-not-supported': () => [
    'the server does not take the "typ" of the assertion',
    'set "typ" to "JWT"',
  ],
  'kid-not-registered': ({ kid, clientId }) => [
    `the server knows no active key "${kid}" of ${clientId}`,
    'compare the key IDs that are registered, and name the right one with "kid"; or register this key',
  ],
  'key-not-registered': ({ kid, clientId }) => [
    `the signature does not fit the key that is registered for ${clientId} under "${kid}"`,
    'register the public half of this key, or sign with the key that is registered',
  ],
  'client-unknown': ({ clientId }) => [
    `the server does not know the client "${clientId}"`,
    'compare "clientId" with the one that the server shows for the app',
  ],
  'scope-not-granted': ({ scope, clientId }) => {
    if (scope === undefined) {
      return [
        'no scope was asked for, and the server has no default',
        'name the scopes with "scope"',
      ]
    }
    if (scope.includes(',')) {
      return [
        `there is no scope "${scope}": it has a comma in it`,
        'separate the scopes in "scope" by spaces',
      ]
    }
    return [
      `not all of ${scope} exist there and are granted to ${clientId}`,
      'have the scopes granted to the app, and ask for those alone',
    ]
  },
  'grant-not-allowed': () => [
    'the client may not use the client_credentials grant type',
    'have its operator make it a service app, or allow the grant type for it',
  ],
  'grant-not-supported': () => [
    'the server does not give tokens to services in this way',
    'ask its operator which issuer services use, or name its kind with "provider"',
  ],
  'resource-unknown': () => [
    'the server does not know the resource',
    'name "resource" as the server does',
  ],
  'dpop-required': ({ isDpopSent }) =>
    isDpopSent
      ? [
          'the server does not take the DPoP proof',
          'look whether a proxy changes the URL, and whether the server takes the algorithm of the DPoP key',
        ]
      : ['the server wants tokens of this client bound to a DPoP key', 'set "dpop" to true'],
}

/**
 * The cause that a refusal tells.
 *
 * @param isSound Whether our own checks find nothing wrong with the assertion: then what is left is
 * what only the server knows.
 */
export function causeOfRefusal(
  refusal: Refusal,
  client: RefusedClient,
  isSound: boolean,
): Finding | undefined {
  const finding = (rule: string, [sentence, fix]: Words): Finding => {
    return { rule, severity: 'error', sentence, fix }
  }
  const rule = ruleOfRefusal(refusal)
  if (rule !== undefined) return finding(rule, WORDS[rule](client))
  if (!isAboutAssertion(refusal.error) || !isSound) return undefined
  // The client was recognised and its request was not taken: so do some that want DPoP.
  if (refusal.error === 'invalid_grant' && !client.isDpopSent) {
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
