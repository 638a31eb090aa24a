/**
 * How a JWS is encoded and signed. There are two implementations, chosen by the `#encoding` import condition: one for Node, and
 * one for every other runtime.
 * @module
 */

import type { Signer } from '../keys/index.ts'
import type { MaybePromise } from '../maybe-promise.ts'

/** A text as base64url of its UTF-8. */
export type EncodeText = (text: string) => string

/** 144 random bits in base64url. */
export type DrawJti = () => string

/** Signs a Signing Input, at once where the signer does; the answer is the compact serialization. */
export type SignInput = (signingInput: string, signer: Pick<Signer, 'sign'>) => MaybePromise<string>

/** The encoded Protected Header of the assertions of a signer. */
export type ProtectedHeader = (signer: Signer, typ: string) => string

/**
 * Signs the default claims where no others are given, by what is remembered of the signer's last assertion. `undefined` where
 * that would not give what encoding each claim gives.
 */
export type SignUsual = (
  claims: Readonly<Record<string, unknown>>,
  signer: Signer,
  typ: string,
  options: { readonly audience?: string; readonly clientId?: string },
  validity: { readonly iat: number; readonly exp: number },
) => string | undefined
