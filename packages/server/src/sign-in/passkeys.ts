/**
 * Passkeys: what browsers are asked for, and whether what they answer is good. The library that judges it is loaded with the
 * first answer.
 * @module
 */

import { InputError } from '../admin/api-error.ts'
import type { Passkey, Person } from '../admin/person.ts'
import { newIdentifier } from '../identifiers.ts'
import type { ReplayStore, SingleUse } from '../storage/ports.ts'
import { CHALLENGE_SECONDS, type ChallengePurpose, type Challenges } from './challenges.ts'
import { type CredentialDescriptor, passkeyDecoders, passkeyLibrary } from './passkey-library.ts'
import type { ConsolePlace } from './place.ts'

/** What judging an answer needs. */
export interface PasskeyEnvironment {
  readonly place: ConsolePlace
  readonly challenges: Challenges
  readonly replay: Pick<ReplayStore, 'recordOnce'>
}

/** What a passkey says with each use. */
export type PasskeyUse = Pick<Passkey, 'signCount' | 'isBackedUp'>

/** A person may have this many. */
export const MAX_PASSKEYS = 20
const TIMEOUT_MS = CHALLENGE_SECONDS * 1000
/** EdDSA, ES256 and RS256, as COSE names them: what every browser and authenticator can do some of. */
const ALGORITHMS = [-8, -7, -257]
/** Others come with chains of certificates, which nobody here asked for and nobody is going to follow. */
const ATTESTATION_FORMATS: readonly unknown[] = ['none', 'packed']
const MAX_TRANSPORTS = 8

/**
 * What to ask a browser for when a passkey is made: `PublicKeyCredentialCreationOptionsJSON`.
 *
 * @throws {@link InputError} where there can be no passkeys.
 */
export async function creationOptions(
  { place, challenges }: PasskeyEnvironment,
  { id, profile, passkeys }: Pick<Person, 'id' | 'profile' | 'passkeys'>,
  purpose: ChallengePurpose,
  now: number,
): Promise<object> {
  const rpID = requireRpId(place)
  const { generateRegistrationOptions } = await passkeyLibrary()
  const name = [profile.firstName, profile.lastName].filter((part) => part !== null).join(' ')
  return generateRegistrationOptions({
    rpName: 'Keygrant',
    rpID,
    userID: new TextEncoder().encode(id),
    userName: profile.login,
    userDisplayName: name === '' ? profile.login : name,
    challenge: challenges.issue(purpose, now),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: passkeys.map(descriptor),
  })
}

/**
 * What to ask a browser for when somebody signs in, or proves to be there: `PublicKeyCredentialRequestOptionsJSON`.
 * Without passkeys the browser offers those that it has.
 *
 * @throws {@link InputError} where there can be no passkeys.
 */
export async function requestOptions(
  { place, challenges }: PasskeyEnvironment,
  purpose: ChallengePurpose,
  now: number,
  passkeys: readonly Passkey[] = [],
): Promise<object> {
  const rpID = requireRpId(place)
  const { generateAuthenticationOptions } = await passkeyLibrary()
  return generateAuthenticationOptions({
    rpID,
    challenge: challenges.issue(purpose, now),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    ...(passkeys.length === 0 ? undefined : { allowCredentials: passkeys.map(descriptor) }),
  })
}

/** Who signs in, as a browser says it; nothing of it is proved. */
export interface ClaimedPasskey {
  readonly credentialId: string
  /** The identifier of the person, that the passkey was made for. */
  readonly personId: string | undefined
}

/** Reads who an answer says it is from; `undefined` when it is none. */
export function readClaim(credential: unknown): ClaimedPasskey | undefined {
  const { id, response } = members(credential)
  const { userHandle } = members(response)
  if (typeof id !== 'string' || id === '') return undefined
  return {
    credentialId: id,
    personId:
      typeof userHandle === 'string'
        ? Buffer.from(userHandle, 'base64url').toString('latin1')
        : undefined,
  }
}

/**
 * Whether an answer is the use of a passkey, now and for a purpose; uses up its challenge. Does not look whose passkey
 * it is, nor at what the store has by now.
 */
export async function provePasskey(
  environment: PasskeyEnvironment,
  credential: unknown,
  passkey: Passkey,
  purpose: ChallengePurpose,
  now: number,
): Promise<PasskeyUse | undefined> {
  const rpId = requireRpId(environment.place)
  return judged(environment, purpose, now, async (expectedChallenge) => {
    const { verifyAuthenticationResponse } = await passkeyLibrary()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credential,
      expectedChallenge,
      expectedOrigin: environment.place.origin,
      expectedRPID: rpId,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.signCount,
      },
      requireUserVerification: true,
    })
    if (!verified) return undefined
    const { newCounter, credentialBackedUp } = authenticationInfo
    return { signCount: newCounter, isBackedUp: credentialBackedUp }
  })
}

/** The passkey that an answer made, for a purpose; uses up its challenge. `undefined` when it is not good. */
export async function makePasskey(
  environment: PasskeyEnvironment,
  { credential, name }: { readonly credential: unknown; readonly name: string },
  purpose: ChallengePurpose,
  now: number,
): Promise<Passkey | undefined> {
  const rpId = requireRpId(environment.place)
  return judged(environment, purpose, now, async (expectedChallenge) => {
    const { attestationObject } = members(members(credential)['response'])
    if (typeof attestationObject !== 'string') return undefined
    const { decodeAttestationObject } = await passkeyDecoders()
    const octets = Buffer.from(attestationObject, 'base64url')
    const format = decodeAttestationObject(new Uint8Array(octets)).get('fmt')
    if (!ATTESTATION_FORMATS.includes(format)) return undefined
    const { verifyRegistrationResponse } = await passkeyLibrary()
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: credential,
      expectedChallenge,
      expectedOrigin: environment.place.origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified || registrationInfo === undefined) return undefined
    const { aaguid, credentialBackedUp, credential: made } = registrationInfo
    return {
      id: newIdentifier('pky'),
      name,
      credentialId: made.id,
      publicKey: Buffer.from(made.publicKey).toString('base64url'),
      signCount: made.counter,
      transports: readTransports(made.transports),
      isBackedUp: credentialBackedUp,
      aaguid,
      created: now,
      lastUsed: null,
    }
  })
}

/** The passkey after a use; `undefined` when an authenticator that counts has not counted on: then there are two of it. */
export function usedPasskey(passkey: Passkey, use: PasskeyUse, now: number): Passkey | undefined {
  const { signCount, isBackedUp } = use
  const isCounting = signCount > 0 || passkey.signCount > 0
  if (isCounting && signCount <= passkey.signCount) return undefined
  return { ...passkey, signCount, isBackedUp, lastUsed: now }
}

/** What the library throws is about what it was sent: all of that is one answer to whoever sent it. */
async function judged<T>(
  { challenges, replay }: PasskeyEnvironment,
  purpose: ChallengePurpose,
  now: number,
  judge: (expectedChallenge: (challenge: string) => boolean) => Promise<T | undefined>,
): Promise<T | undefined> {
  let use: SingleUse | undefined
  const expectedChallenge = (challenge: string): boolean => {
    use = challenges.judge(challenge, purpose, now)
    return use !== undefined
  }
  let result: T | undefined
  try {
    result = await judge(expectedChallenge)
  } catch {
    return undefined
  }
  if (result === undefined || use === undefined) return undefined
  return (await replay.recordOnce(use)) ? result : undefined
}

function requireRpId({ rpId, origin }: ConsolePlace): string {
  if (rpId !== undefined) return rpId
  throw new InputError('passkey', [
    `Passkeys belong to a host name, and ${origin} has none: run the server with an issuer such as https://auth.example.com.`,
  ])
}

function descriptor({ credentialId, transports }: Passkey): CredentialDescriptor {
  return { id: credentialId, transports }
}

function readTransports(transports: unknown): readonly string[] {
  if (!Array.isArray(transports)) return []
  const texts = transports.filter((each): each is string => typeof each === 'string')
  return texts.filter((each) => /^[a-z-]{1,20}$/.test(each)).slice(0, MAX_TRANSPORTS)
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
