/**
 * What this package asks of the runtime's cryptography. There are two implementations, chosen by
 * the `#primitives` import condition: `node:crypto`, and WebCrypto everywhere else.
 * @module
 */

import type { MaybePromise } from '../maybe-promise.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import type { KeyKind } from './kinds.ts'
import type { PrivateJwk, PublicJwk } from './jwk.ts'

/** A public key as the runtime holds it. */
export type PublicHandle = { readonly runtimePublicKey: unknown }
/** A private key as the runtime holds it. */
export type PrivateHandle = { readonly runtimePrivateKey: unknown }

/** The cryptography of one runtime. Signatures are in their JWS form: ECDSA as r || s. */
export interface Primitives {
  /** Fails when the members make no key, such as a point that is not on its curve. */
  importPublic(jwk: PublicJwk): MaybePromise<PublicHandle>
  importPrivate(jwk: PrivateJwk): MaybePromise<PrivateHandle>
  sign(
    algorithm: JwsAlgorithm,
    key: PrivateHandle,
    data: Uint8Array,
  ): MaybePromise<Uint8Array<ArrayBuffer>>
  verify(
    algorithm: JwsAlgorithm,
    key: PublicHandle,
    signature: Uint8Array,
    data: Uint8Array,
  ): MaybePromise<boolean>
  sha256(data: Uint8Array): MaybePromise<Uint8Array>
  /** What `base64url.ts` promises, by the fastest means of the runtime. */
  encodeBase64url(octets: Uint8Array): string
  encodeUtf8(text: string): Uint8Array<ArrayBuffer>
}

/** What `base64url.ts` promises, by the fastest means of the runtime; apart, as what only signs has no use for it. */
export type DecodeSegment = (segment: string) => Uint8Array | undefined

/** What `json.ts` promises, likewise. */
export type DecodeUtf8 = (octets: Uint8Array) => string | undefined

/**
 * Makes a reader remember what it read from a text, where reading it again would cost more than the rest of a
 * verification does; elsewhere it is the reader itself. What is remembered is frozen.
 */
export type Remembering = <T extends { readonly value: object | undefined }>(
  read: (text: string) => T,
) => (text: string) => T

/** Making keys: apart, so that what only signs does not bring it along. */
export interface KeyMaking {
  /** Whether the runtime has this algorithm; all of them have all but ML-DSA. */
  supports(algorithm: JwsAlgorithm): boolean
  generate(kind: KeyKind): Promise<object>
  /** The JWK of a PKCS#8 key, its public members computed from the private ones. */
  privateJwkFromPkcs8(der: Uint8Array, kind: KeyKind): MaybePromise<object>
}
