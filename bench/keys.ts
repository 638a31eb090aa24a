/**
 * One key pair in the form that each peer wants, prepared once.
 * @module
 */

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import * as jose from 'jose'
import {
  exportPkcs8Pem,
  exportSpkiPem,
  generateKey,
  type JwsAlgorithmName,
  type KeyKind,
  type PrivateKey,
} from '@keygrant/core/keys'

const ALL: readonly (readonly [JwsAlgorithmName, KeyKind])[] = [
  ['RS256', { kty: 'RSA', modulusBits: 2048 }],
  ['PS256', { kty: 'RSA', modulusBits: 2048 }],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => ALL.every(([alg]) => alg !== name))
if (unknown.length > 0) {
  throw new Error(`${unknown.join()} is not measured: ${ALL.map(([alg]) => alg).join(', ')} are`)
}

/** The algorithms that are measured: all, or those that the command names. */
export const ALGORITHMS: typeof ALL =
  asked.length === 0 ? ALL : ALL.filter(([alg]) => asked.includes(alg))

/** A prepared key pair. */
export interface PreparedKey {
  readonly alg: JwsAlgorithmName
  readonly ours: PrivateKey
  readonly privateObject: KeyObject
  readonly publicObject: KeyObject
  readonly privatePem: string
  readonly publicPem: string
  readonly josePrivate: CryptoKey
  readonly josePublic: CryptoKey
}

/** Makes a key pair and prepares it for everyone. */
export async function prepareKey(alg: JwsAlgorithmName, kind: KeyKind): Promise<PreparedKey> {
  const ours = await generateKey(kind, { alg })
  const privatePem = exportPkcs8Pem(ours)
  const publicPem = exportSpkiPem(ours.publicKey)
  return {
    alg,
    ours,
    privatePem,
    publicPem,
    privateObject: createPrivateKey(privatePem),
    publicObject: createPublicKey(publicPem),
    josePrivate: await jose.importPKCS8(privatePem, alg),
    josePublic: await jose.importSPKI(publicPem, alg),
  }
}

/** The options of raw `node:crypto` for an algorithm: hash, and the key with its padding. */
export function rawOptions(
  key: PreparedKey,
  half: 'privateObject' | 'publicObject',
): [hash: string | null, key: KeyObject | { key: KeyObject; padding: number; saltLength: number }] {
  const object = key[half]
  if (key.alg === 'EdDSA') return [null, object]
  if (key.alg !== 'PS256') return ['sha256', object]
  return ['sha256', { key: object, padding: 6, saltLength: 32 }]
}
