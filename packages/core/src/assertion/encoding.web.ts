/**
 * Encoding and signing a JWS in every other runtime: WebCrypto costs so much more that nothing is remembered.
 * @module
 */

import { primitives } from '#primitives'
import { whenReady } from '../maybe-promise.ts'
import type { DrawJti, EncodeText, ProtectedHeader, SignInput, SignUsual } from './encoding.ts'

export const encodeText: EncodeText = (text) =>
  primitives.encodeBase64url(primitives.encodeUtf8(text))

export const drawJti: DrawJti = () =>
  primitives.encodeBase64url(crypto.getRandomValues(new Uint8Array(18)))

export const signInput: SignInput = (signingInput, signer) =>
  whenReady(
    signer.sign(primitives.encodeUtf8(signingInput)),
    (signature) => `${signingInput}.${primitives.encodeBase64url(signature)}`,
  )

export const protectedHeader: ProtectedHeader = ({ alg, kid }, typ) =>
  encodeText(JSON.stringify({ alg, kid, typ }))

export const signUsual: SignUsual = () => undefined
