/**
 * The cryptography of Node: synchronous `node:crypto` with prepared KeyObjects.
 *
 * Keys are passed bare wherever that is possible: on Node 24 an options object costs about 30 us for
 * each operation, more than converting between DER and r || s here.
 * @module
 */

import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { concatenatedFromDer, derFromConcatenated, SCALAR_OCTETS } from './ecdsa-der.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import type { KeyKind } from './kinds.ts'
import type { Primitives, PrivateHandle, PublicHandle } from './primitives.ts'

const HASHES = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const

function hashName(algorithm: JwsAlgorithm): string | null {
  return algorithm.hash === undefined ? null : HASHES[algorithm.hash]
}

function withPadding(algorithm: JwsAlgorithm, key: KeyObject): KeyObject | PssKey {
  if (algorithm.saltLength === undefined) return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength }
}

type PssKey = { key: KeyObject; padding: number; saltLength: number }

export const primitives: Primitives = {
  importPublic: (jwk): PublicHandle => ({
    runtimePublicKey: createPublicKey({ key: jwk, format: 'jwk' }),
  }),

  importPrivate: (jwk): PrivateHandle => ({
    runtimePrivateKey: createPrivateKey({ key: jwk, format: 'jwk' }),
  }),

  sign(algorithm, key, data) {
    const privateKey = key.runtimePrivateKey as KeyObject
    const signature = sign(hashName(algorithm), data, withPadding(algorithm, privateKey))
    if (algorithm.scheme !== 'ECDSA') return signature as Uint8Array<ArrayBuffer>
    return concatenatedFromDer(
      signature,
      SCALAR_OCTETS[algorithm.crv as keyof typeof SCALAR_OCTETS],
    ) as Uint8Array<ArrayBuffer>
  },

  verify(algorithm, key, signature, data) {
    const publicKey = key.runtimePublicKey as KeyObject
    if (algorithm.scheme === 'ECDSA') {
      const octets = SCALAR_OCTETS[algorithm.crv as keyof typeof SCALAR_OCTETS]
      if (signature.length !== octets * 2) return false
      return verify(hashName(algorithm), data, publicKey, derFromConcatenated(signature))
    }
    return verify(hashName(algorithm), data, withPadding(algorithm, publicKey), signature)
  },

  sha256: (data) => hash('sha256', data, 'buffer'),

  generate: (kind) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject): void => {
        if (error) reject(error)
        else resolve(privateKey.export({ format: 'jwk' }))
      }
      if (kind.kty === 'RSA') generateKeyPair('rsa', { modulusLength: kind.modulusBits }, done)
      else if (kind.kty === 'EC') generateKeyPair('ec', { namedCurve: kind.crv }, done)
      else generateKeyPair('ed25519', {}, done)
    }),

  privateJwkFromPkcs8: (der: Uint8Array, _kind: KeyKind) =>
    createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' }),
}
