/**
 * The cryptography of every other runtime: WebCrypto.
 * @module
 */

import { encodeBase64url } from '../base64url.ts'
import { type JwsAlgorithm, signingAlgorithm } from './algorithms.ts'
import type { KeyKind } from './kinds.ts'
import type { PrivateJwk, PublicJwk } from './jwk.ts'
import type {
  KeyMaking,
  Primitives,
  Remembering,
  PrivateHandle,
  PublicHandle,
} from './primitives.ts'
import { SCALAR_OCTETS } from './ecdsa-der.ts'

type KeyFor = (algorithm: JwsAlgorithm) => Promise<CryptoKey>

/** WebCrypto binds an RSA key to one scheme and hash, so each is imported when it is first used. */
async function importJwk(jwk: PublicJwk | PrivateJwk, usage: 'sign' | 'verify'): Promise<KeyFor> {
  const keys = new Map<string, Promise<CryptoKey>>()
  const keyFor: KeyFor = (algorithm) => {
    const name = algorithm.scheme + (algorithm.hash ?? '')
    let key = keys.get(name)
    if (key === undefined) {
      key = crypto.subtle.importKey('jwk', bareJwk(jwk), parameters(algorithm), false, [usage])
      keys.set(name, key)
    }
    return key
  }
  await keyFor(signingAlgorithm(jwk))
  return keyFor
}

/** Without `alg`, `use` and `key_ops`: this package has judged them, and runtimes differ on them. */
function bareJwk(jwk: PublicJwk | PrivateJwk): JsonWebKey {
  const { alg, use: _use, key_ops: _keyOps, kid: _kid, ...members } = jwk
  return jwk.kty === 'AKP' ? { alg: alg as string, ...members } : members
}

function parameters(
  algorithm: JwsAlgorithm,
): RsaHashedImportParams | EcKeyImportParams | Algorithm {
  if (algorithm.scheme === 'ECDSA') return { name: 'ECDSA', namedCurve: algorithm.crv as string }
  if (algorithm.hash === undefined) return { name: webName(algorithm) }
  return { name: algorithm.scheme, hash: algorithm.hash }
}

/** WebCrypto's name of an algorithm without a hash of its own. */
function webName({ scheme, alg }: JwsAlgorithm): string {
  return scheme === 'ML-DSA' ? alg : 'Ed25519'
}

function operation(algorithm: JwsAlgorithm): Algorithm | RsaPssParams | EcdsaParams {
  if (algorithm.scheme === 'ECDSA') return { name: 'ECDSA', hash: algorithm.hash as string }
  if (algorithm.hash === undefined) return { name: webName(algorithm) }
  if (algorithm.saltLength === undefined) return { name: algorithm.scheme }
  return { name: 'RSA-PSS', saltLength: algorithm.saltLength }
}

/** The runtime accepts a `BufferSource` over an `ArrayBuffer` only. */
function source(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return octets as Uint8Array<ArrayBuffer>
}

function generation(kind: KeyKind): RsaHashedKeyGenParams | EcKeyGenParams | Algorithm {
  if (kind.kty === 'EC') return { name: 'ECDSA', namedCurve: kind.crv }
  if (kind.kty === 'OKP') return { name: 'Ed25519' }
  if (kind.kty === 'AKP') return { name: kind.alg }
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: kind.modulusBits,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
}

const encoder = /* @__PURE__ */ new TextEncoder()

interface Supports {
  supports?(operation: 'verify', algorithm: string): boolean
}

export { decodeBase64url as decodeSegment } from '../base64url.ts'
export { decodeUtf8 } from '../json.ts'

/** WebCrypto costs so much more that it does not matter. */
export const remembering: Remembering = (read) => read

/** Signing, verifying and encoding. */
export const primitives: Primitives = {
  importPublic: async (jwk): Promise<PublicHandle> => ({
    runtimePublicKey: await importJwk(jwk, 'verify'),
  }),

  importPrivate: async (jwk): Promise<PrivateHandle> => ({
    runtimePrivateKey: await importJwk(jwk, 'sign'),
  }),

  async sign(algorithm, key, data) {
    const privateKey = await (key.runtimePrivateKey as KeyFor)(algorithm)
    return new Uint8Array(await crypto.subtle.sign(operation(algorithm), privateKey, source(data)))
  },

  async verify(algorithm, key, signature, data) {
    if (algorithm.scheme === 'ECDSA') {
      const octets = SCALAR_OCTETS[algorithm.crv as keyof typeof SCALAR_OCTETS]
      if (signature.length !== octets * 2) return false
    }
    const publicKey = await (key.runtimePublicKey as KeyFor)(algorithm)
    return crypto.subtle.verify(operation(algorithm), publicKey, source(signature), source(data))
  },

  encodeBase64url,

  encodeUtf8: (text) => encoder.encode(text),

  sha256: async (data) => new Uint8Array(await crypto.subtle.digest('SHA-256', source(data))),
}

/** Making keys, apart from using them. */
export const keyMaking: KeyMaking = {
  /** Runtimes that have ML-DSA have `SubtleCrypto.supports` too. */
  supports({ scheme, alg }) {
    if (scheme !== 'ML-DSA') return true
    const subtle = crypto.subtle.constructor as Supports
    return subtle.supports?.('verify', alg) === true
  },

  async generate(kind) {
    const usages: KeyUsage[] = ['sign', 'verify']
    const pair = (await crypto.subtle.generateKey(generation(kind), true, usages)) as CryptoKeyPair
    return crypto.subtle.exportKey('jwk', pair.privateKey)
  },

  async privateJwkFromPkcs8(der, kind) {
    const key = await crypto.subtle.importKey('pkcs8', source(der), generation(kind), true, [
      'sign',
    ])
    return crypto.subtle.exportKey('jwk', key)
  },
}
