/**
 * Public keys that a person pastes. What is private is found here, before anything is sent, and is never kept.
 * @module
 */

import type { FoundKey } from '../inspector/key-reader.ts'
import { publicKeyStrings as texts } from './public-key-strings.ts'

/** A public key to register, with what a person needs to recognise it. */
export interface PastedKey {
  readonly jwk: Readonly<Record<string, unknown>>
  readonly kid: string
  readonly thumbprint: string
  readonly algorithms: readonly string[]
}

/** What was pasted. `isPrivate`: it was a private key; the field is to be emptied. */
export type Pasted =
  | { readonly is: 'nothing' }
  | { readonly is: 'keys'; readonly keys: readonly PastedKey[] }
  | { readonly is: 'refused'; readonly isPrivate: boolean; readonly sentence: string }

/** Private members of a JWK, and the labels of private PEM, whatever else is wrong with the text. */
const LOOKS_PRIVATE = /PRIVATE KEY|"(?:d|p|q|dp|dq|qi|k|priv)"\s*:/

/** Reads public keys in any form: a JWK, a JWK Set, PEM, a certificate. */
export async function readPasted(text: string): Promise<Pasted> {
  if (text.trim() === '') return { is: 'nothing' }
  if (LOOKS_PRIVATE.test(text)) return refused(texts.isPrivate, true)
  const { readKeys } = await import('../inspector/key-reader.ts')
  const found = await readKeys(text)
  if (found.some(({ isPrivate }) => isPrivate)) return refused(texts.isPrivate, true)
  const faulty = found.find(({ fault }) => fault !== undefined)
  if (faulty?.fault !== undefined) {
    const { sentence, fix } = faulty.fault
    return refused(fix === undefined ? sentence : `${sentence}. ${fix}.`, false)
  }
  const keys = found.map(pasted).filter((key) => key !== undefined)
  return keys.length === 0 ? refused(texts.none, false) : { is: 'keys', keys }
}

/** A key in one line: `ES256 · prod-2026`. */
export function keyLine({ algorithms, kid }: Pick<PastedKey, 'algorithms' | 'kid'>): string {
  return `${algorithms[0] ?? ''} · ${kid}`
}

function pasted({ key, thumbprint = '', algorithms }: FoundKey): PastedKey | undefined {
  if (key === undefined) return undefined
  return { jwk: { ...key.jwk, kid: key.kid }, kid: key.kid, thumbprint, algorithms }
}

function refused(sentence: string, isPrivate: boolean): Pasted {
  return {
    is: 'refused',
    isPrivate,
    sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1),
  }
}
