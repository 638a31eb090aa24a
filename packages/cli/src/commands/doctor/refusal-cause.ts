/**
 * What a refusal of the token endpoint says about its cause.
 * @module
 */

import { type Refusal, type RefusalRule, ruleOfRefusal } from '@keygrant/core/client'
import { type Cause, causeOf, type StepName } from './cause.ts'

type Words = readonly [sentence: string, fix: string, step?: StepName]

const CLOCK_FIX = 'set the clock of this machine (NTP)'

/** What is to be said of each rule; it is about the assertion where no other step is named. */
const WORDS: Readonly<Record<RefusalRule, Words>> = {
  replayed: [
    'the server says that this assertion was used before, though it is new',
    'something on the way sends requests twice, such as a proxy that tries again: look at it',
  ],
  'aud-wrong': [
    'the server does not take the "aud" of the assertion',
    'set --audience to the issuer as the server states it; Okta wants the URL of the token endpoint',
  ],
  'lifetime-too-long': [
    'the assertion is valid for longer than the server allows',
    'leave out --lifetime: 60 seconds are enough for one request',
  ],
  'clock-ahead': [
    'the assertion seems to come from the future: the clock of this machine is ahead of the server',
    CLOCK_FIX,
  ],
  'clock-behind': [
    'the assertion was expired when it came: the clock of this machine is behind the server',
    CLOCK_FIX,
  ],
  'alg-not-supported': [
    'the server does not take the algorithm of the signature',
    'choose another with --alg, or make a key of another kind',
  ],
  'typ-not-supported': [
    'the server does not take the "typ" of the assertion',
    'set "typ" to JWT in the client',
  ],
  'kid-not-registered': [
    'the server knows no active key of this client with the key ID that was sent',
    'compare the key ID with the registered ones, and name it with --kid; or register this key',
  ],
  'key-not-registered': [
    'the signature does not fit the key that is registered for the client',
    'register the public half of this key, or sign with the key that is registered',
  ],
  'client-unknown': [
    'the server does not know the client ID',
    'compare the client ID with the one that the server shows for the app',
  ],
  'scope-not-granted': [
    'the server gives none of the scopes',
    'have the scopes granted to the app, and ask for those alone',
    'scope',
  ],
  'grant-not-allowed': [
    'the client may not use client_credentials',
    'have its operator make it a service app, or allow the grant type for it',
  ],
  'grant-not-supported': [
    'the server does not give tokens to services',
    'ask its operator which issuer services use',
    'metadata',
  ],
  'resource-unknown': [
    'the server does not know the resource that the token is asked for',
    'name the resource as the server does',
  ],
  'dpop-required': [
    'the server wants a DPoP proof with the request',
    'have the client send one: --dpop, or "dpop" in its options',
    'DPoP',
  ],
}

/** The cause that a refusal tells, as far as it tells one. */
export async function causeOfRefusal(refusal: Refusal): Promise<Cause> {
  const { error } = refusal
  const rule = await ruleOfRefusal(refusal)
  if (rule !== undefined) {
    const [sentence, fix, step = 'assertion'] = WORDS[rule]
    const said = rule === 'scope-not-granted' ? `${sentence} (${error})` : sentence
    return causeOf(step, 'error', 'likely')(rule, said, fix)
  }
  if (error === 'invalid_client' || error === 'invalid_grant') return unrecognised()
  return causeOf('assertion', 'error', 'likely')(
    'refused',
    `the server refused with ${error}`,
    'look the code up in the documentation of the server',
  )
}

/** What is left when the server gives no reason, as it must where that would tell what is registered. */
function unrecognised(): Cause {
  return causeOf('assertion', 'error', 'likely')(
    'client-not-recognised',
    'the server does not take this client with this key, and does not say why: the client ID is unknown, the app is inactive, or this key is not registered for it, or not active',
    'compare the client ID, then have the public half of this key registered and active: keygrant key convert FILE --to public-jwk prints it',
  )
}
