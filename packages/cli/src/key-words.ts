/**
 * A key in words.
 * @module
 */

import { jwkThumbprint, type PrivateKey, type PublicKey } from '@keygrant/core/keys'
import { isPrivateKey, publicHalf } from './key-file.ts'
import { escapeControls } from './untrusted-text.ts'

/** What may be said about a key: nothing of its private half. */
export interface KeyDescription {
  readonly kid: string
  readonly thumbprint: string
  /** As `key new --type` takes it, such as `P-256` or `RSA-2048`. */
  readonly type: string
  readonly half: 'private' | 'public'
  /** The algorithm that it is bound to, or signs with by default. */
  readonly alg: string
  readonly isAlgBound: boolean
  readonly use: string | undefined
  readonly publicJwk: PublicKey['jwk']
}

const DEFAULT_ALGORITHMS: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
}

/** Describes a key. */
export async function describeKey(key: PrivateKey | PublicKey): Promise<KeyDescription> {
  const { jwk, crv, modulusBits, kid } = publicHalf(key)
  return {
    kid,
    thumbprint: await jwkThumbprint(jwk),
    type: crv ?? (modulusBits === undefined ? String(jwk.alg) : `RSA-${modulusBits}`),
    half: isPrivateKey(key) ? 'private' : 'public',
    alg: jwk.alg ?? DEFAULT_ALGORITHMS[crv ?? ''] ?? 'RS256',
    isAlgBound: jwk.alg !== undefined,
    use: jwk.use,
    publicJwk: jwk,
  }
}

/** The description as aligned lines. */
export function keyLines(key: KeyDescription): readonly (readonly [string, string])[] {
  return [
    ['Type', `${key.type}, ${key.half} key`],
    [
      'Algorithm',
      key.isAlgBound || !key.type.startsWith('RSA') ? key.alg : `${key.alg}, or another for RSA`,
    ],
    ['Key ID', escapeControls(key.kid)],
    ['Thumbprint', key.thumbprint === key.kid ? 'the same as the Key ID' : key.thumbprint],
    ...(key.use === undefined ? [] : [['Use', escapeControls(key.use)] as const]),
  ]
}
