/**
 * The library that judges passkeys, loaded when it is needed first: most servers run for days without anybody signing in.
 * @module
 */

/** What a browser is asked for to make a passkey. */
export interface CreationRequest {
  readonly rpName: string
  readonly rpID: string
  readonly userID: Uint8Array
  readonly userName: string
  readonly userDisplayName: string
  readonly challenge: Uint8Array
  readonly timeout: number
  readonly attestationType: 'none'
  readonly authenticatorSelection: {
    readonly residentKey: 'required'
    readonly userVerification: 'required'
  }
  readonly supportedAlgorithmIDs: readonly number[]
  readonly excludeCredentials: readonly CredentialDescriptor[]
}

/** A passkey that is known. */
export interface CredentialDescriptor {
  readonly id: string
  readonly transports: readonly string[]
}

/** What an answer has to fit. */
export interface Expectations {
  /** What the browser answered, as it came. */
  readonly response: unknown
  readonly expectedChallenge: (challenge: string) => boolean
  readonly expectedOrigin: string
  readonly expectedRPID: string
  readonly requireUserVerification: true
}

/** The part of `@simplewebauthn/server` that is used. Its own types need those of a browser. */
export interface PasskeyLibrary {
  generateRegistrationOptions(request: CreationRequest): Promise<object>
  generateAuthenticationOptions(request: {
    readonly rpID: string
    readonly challenge: Uint8Array
    readonly timeout: number
    readonly userVerification: 'required'
    readonly allowCredentials?: readonly CredentialDescriptor[]
  }): Promise<object>
  /** Rejects what is not well-formed. */
  verifyRegistrationResponse(
    expected: Expectations & { readonly supportedAlgorithmIDs: readonly number[] },
  ): Promise<{
    readonly verified: boolean
    readonly registrationInfo?: {
      readonly aaguid: string
      readonly credentialBackedUp: boolean
      readonly credential: {
        readonly id: string
        readonly publicKey: Uint8Array
        readonly counter: number
        readonly transports?: unknown
      }
    }
  }>
  /** Rejects what is not well-formed. */
  verifyAuthenticationResponse(
    expected: Expectations & {
      readonly credential: {
        readonly id: string
        readonly publicKey: Uint8Array
        readonly counter: number
      }
    },
  ): Promise<{
    readonly verified: boolean
    readonly authenticationInfo: {
      readonly newCounter: number
      readonly credentialBackedUp: boolean
    }
  }>
}

/** The part of `@simplewebauthn/server/helpers` that is used. */
export interface PasskeyDecoders {
  decodeAttestationObject(octets: Uint8Array): { get(name: 'fmt'): unknown }
}

const LIBRARY: string = '@simplewebauthn/server'

/** Loads the library. */
export async function passkeyLibrary(): Promise<PasskeyLibrary> {
  return (await import(LIBRARY)) as PasskeyLibrary
}

/** Loads the part of the library that takes answers apart. */
export async function passkeyDecoders(): Promise<PasskeyDecoders> {
  return (await import(`${LIBRARY}/helpers`)) as PasskeyDecoders
}
