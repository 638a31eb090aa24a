/**
 * Encoding and signing a JWS in every other runtime: WebCrypto costs so much more that nothing is remembered.
 * @module
 */

import { primitives } from '#primitives'
import { whenReady } from '../maybe-promise.ts'
import type { DrawJti, EncodeText, ProtectedHeader, SignInput, SignUsual } from './encoding.ts'

/** Encodes octets that are made for it alone. */
export const encodeText: EncodeText = (text) =>
  primitives.encodeBase64url(primitives.encodeUtf8(text))

/** Draws 18 octets. */
export const drawJti: DrawJti = () =>
  primitives.encodeBase64url(crypto.getRandomValues(new Uint8Array(18)))

/** Signs octets that are made for it alone. */
export const signInput: SignInput = (signingInput, signer) =>
  whenReady(
    signer.sign(primitives.encodeUtf8(signingInput)),
    (signature) => `${signingInput}.${primitives.encodeBase64url(signature)}`,
  )

/** Encodes the header anew. */
export const protectedHeader: ProtectedHeader = ({ alg, kid }, typ) =>
  encodeText(JSON.stringify({ alg, kid, typ }))

/** Leaves each assertion to the plain way. */
export const signUsual: SignUsual = () => undefined
