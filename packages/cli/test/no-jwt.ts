/**
 * That no JWT is printed: what each begins with is nowhere. Random IDs may have the same three letters in them, so
 * keys are made whose ID has not, and other IDs are taken out of the text first.
 * @module
 */

import assert from 'node:assert/strict'
import {
  generateKey,
  type GenerateKeyOptions,
  type KeyKind,
  type PrivateKey,
} from '@keygrant/core/keys'

const BEGIN = 'eyJ'

/** A key whose ID is not taken for the begin of a JWT. */
export async function aKeyOf(kind: KeyKind, options?: GenerateKeyOptions): Promise<PrivateKey> {
  for (;;) {
    const key = await generateKey(kind, options)
    if (!key.kid.includes(BEGIN)) return key
  }
}

/** Fails when there is a JWT, or the begin of one, in a text besides these IDs. */
export function assertNoJwt(text: string, ids: readonly string[]): void {
  const rest = ids.reduce((left, id) => left.replaceAll(id, ' '), text)
  assert.doesNotMatch(rest, /eyJ/, 'no token or assertion is printed')
}
