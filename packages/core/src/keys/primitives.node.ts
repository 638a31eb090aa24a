/**
 * The cryptography of Node: synchronous `node:crypto` with prepared KeyObjects.
 *
 * Keys are passed bare wherever that is possible: on Node 24 an options object costs about 30 us for
 * each operation, more than converting between DER and r || s here. Buffer is the global one: importing `node:buffer`
 * loads what else is in it.
 * @module
 */

import type { KeyObject } from 'node:crypto'
import { decodeUtf8 as decodeStrictly } from '../json.ts'
import type { JwsAlgorithm, MlDsaName } from './algorithms.ts'
import {
  concatenatedFromDer,
  concatenateInPlace,
  derFromConcatenated,
  MAX_DER_OCTETS,
  SCALAR_OCTETS,
} from './ecdsa-der.ts'
import type { KeyKind } from './kinds.ts'
import { pssPrivateKeyInfo, pssSubjectPublicKeyInfo } from './pss-key.ts'
import type {
  DecodeSegment,
  DecodeUtf8,
  KeyMaking,
  Primitives,
  Remembering,
  PrivateHandle,
  PublicHandle,
} from './primitives.ts'

type NodeCrypto = typeof import('node:crypto')

let loaded: NodeCrypto | undefined

/** Loaded with the first key, because loading it takes as long as loading all of this package. */
function crypto(): NodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto')
  return loaded
}

const HASHES = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const

/** A key with options for PSS, for a runtime that can not hold them in the key itself. */
type PssKey = { key: KeyObject; padding: number; saltLength: number }

/** What signing and verifying with one algorithm needs, looked up once. */
interface Prepared {
  readonly algorithm: JwsAlgorithm
  readonly key: KeyObject | PssKey
  readonly hash: string | null
  /** Octets of r and of s, for ECDSA. */
  readonly scalarOctets: number | undefined
}

/**
 * A KeyObject, and for RSA the same key bound to PSS, made when it is first used: hash and salt
 * length are then parameters of the key, enforced by OpenSSL on both sides, and it is passed bare.
 */
class NodeKey {
  readonly key: KeyObject
  readonly #isPrivate: boolean
  readonly #prepared = new Map<JwsAlgorithm, Prepared>()
  #last: Prepared | undefined

  constructor(key: KeyObject, isPrivate: boolean) {
    this.key = key
    this.#isPrivate = isPrivate
  }

  for(algorithm: JwsAlgorithm): Prepared {
    if (this.#last?.algorithm === algorithm) return this.#last
    let prepared = this.#prepared.get(algorithm)
    if (prepared === undefined) {
      prepared = this.#prepare(algorithm)
      this.#prepared.set(algorithm, prepared)
    }
    this.#last = prepared
    return prepared
  }

  #prepare(algorithm: JwsAlgorithm): Prepared {
    const { saltLength, hash, scheme, crv } = algorithm
    return {
      algorithm,
      key: saltLength === undefined ? this.key : this.#bindToPss(algorithm),
      hash: hash === undefined ? null : HASHES[hash],
      scalarOctets:
        scheme === 'ECDSA' ? SCALAR_OCTETS[crv as keyof typeof SCALAR_OCTETS] : undefined,
    }
  }

  #bindToPss(algorithm: JwsAlgorithm): KeyObject | PssKey {
    try {
      const pkcs1 = this.key.export({ format: 'der', type: 'pkcs1' })
      return this.#isPrivate
        ? crypto().createPrivateKey({
            key: pssPrivateKeyInfo(algorithm, pkcs1),
            format: 'der',
            type: 'pkcs8',
          })
        : crypto().createPublicKey({
            key: pssSubjectPublicKeyInfo(algorithm, pkcs1),
            format: 'der',
            type: 'spki',
          })
    } catch {
      const saltLength = algorithm.saltLength as number
      return { key: this.key, padding: crypto().constants.RSA_PKCS1_PSS_PADDING, saltLength }
    }
  }
}

/** Used again and again: verifying is over before another can begin. */
const derRoom = new Uint8Array(MAX_DER_OCTETS)

/** In steps, which costs a little less than `verify` for all in one. */
function verifyDigest({ hash, key }: Prepared, signature: Uint8Array, data: Uint8Array): boolean {
  return crypto()
    .createVerify(hash as string)
    .update(data)
    .verify(key, signature)
}

const mlDsaTypes = {
  'ML-DSA-44': 'ml-dsa-44',
  'ML-DSA-65': 'ml-dsa-65',
  'ML-DSA-87': 'ml-dsa-87',
} as const

let hasMlDsa: boolean | undefined

/** A runtime that knows the key type faults the empty key, not the type. */
function detectMlDsa(): boolean {
  const alg: MlDsaName = 'ML-DSA-44'
  try {
    crypto().createPublicKey({ key: { kty: 'AKP', alg, pub: '' }, format: 'jwk' })
    return true
  } catch (error) {
    return (error as { code?: unknown }).code === 'ERR_CRYPTO_INVALID_JWK'
  }
}

/** Signing, verifying and encoding. */
export const primitives: Primitives = {
  importPublic: (jwk): PublicHandle => ({
    runtimePublicKey: new NodeKey(crypto().createPublicKey({ key: jwk, format: 'jwk' }), false),
  }),

  importPrivate: (jwk): PrivateHandle => ({
    runtimePrivateKey: new NodeKey(crypto().createPrivateKey({ key: jwk, format: 'jwk' }), true),
  }),

  sign(algorithm, key, data) {
    const prepared = (key.runtimePrivateKey as NodeKey).for(algorithm)
    const { scalarOctets } = prepared
    const signature = crypto().sign(prepared.hash, data, prepared.key) as Uint8Array<ArrayBuffer>
    if (scalarOctets === undefined) return signature
    return (concatenateInPlace(signature, scalarOctets) ??
      concatenatedFromDer(signature, scalarOctets)) as Uint8Array<ArrayBuffer>
  },

  verify(algorithm, key, signature, data) {
    const prepared = (key.runtimePublicKey as NodeKey).for(algorithm)
    const { scalarOctets } = prepared
    if (scalarOctets !== undefined) {
      if (signature.length !== scalarOctets * 2) return false
      return verifyDigest(prepared, derFromConcatenated(signature, derRoom), data)
    }
    return prepared.hash === null
      ? crypto().verify(null, data, prepared.key, signature)
      : verifyDigest(prepared, signature, data)
  },

  encodeBase64url: (octets) => asBuffer(octets).toString('base64url'),

  encodeUtf8: (text) => Buffer.from(text, 'utf8'),

  sha256: (data) => crypto().hash('sha256', data, 'buffer'),
}

/** The same octets, which most often are a Buffer already. */
function asBuffer(octets: Uint8Array): BufferOctets {
  if (Buffer.isBuffer(octets)) return octets
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length)
}

/** Buffer reads leniently and writes canonically: what it writes of what it read is the text, or the text was another. */
export const decodeSegment: DecodeSegment = (segment) => {
  const octets = Buffer.from(segment, 'base64url')
  return octets.toString('base64url') === segment ? octets : undefined
}

/** A TextDecoder costs more. Buffer puts U+FFFD where it finds no UTF-8, so a text without one is what the octets say. */
export const decodeUtf8: DecodeUtf8 = (octets) => {
  const text = asBuffer(octets).toString()
  return text.includes('\ufffd') ? decodeStrictly(octets) : text
}

const MAX_REMEMBERED = 1000
const MAX_REMEMBERED_LENGTH = 512

/** Remembers short texts whose values are primitive, and never many. */
export const remembering: Remembering = (read) => {
  type Known = { readonly text: string; readonly found: ReturnType<typeof read> }
  const known = new Map<string, Known>()
  // To compare with the last one costs less than to look among all.
  let last: Known | undefined
  return (text) => {
    if (last?.text === text) return last.found
    const before = known.get(text)
    if (before !== undefined) return (last = before).found
    const found = read(text)
    const { value } = found
    if (value === undefined || text.length > MAX_REMEMBERED_LENGTH) return found
    if (Object.values(value).some((member) => typeof member === 'object')) return found
    Object.freeze(value)
    if (known.size >= MAX_REMEMBERED) known.clear()
    // A copy: the text may be a view that keeps the whole JWS in memory.
    const copy = Buffer.from(text, 'utf8').toString()
    last = { text: copy, found }
    known.set(copy, last)
    return found
  }
}

/** Making keys, apart from using them. */
export const keyMaking: KeyMaking = {
  supports({ scheme }) {
    if (scheme !== 'ML-DSA') return true
    hasMlDsa ??= detectMlDsa()
    return hasMlDsa
  },

  generate: (kind) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject): void => {
        // What is thrown in a callback ends the process: a kind that has no JWK is told the caller.
        try {
          if (error) throw error
          resolve(privateKey.export({ format: 'jwk' }))
        } catch (fault) {
          reject(fault)
        }
      }
      if (kind.kty === 'RSA')
        crypto().generateKeyPair('rsa', { modulusLength: kind.modulusBits }, done)
      else if (kind.kty === 'EC') crypto().generateKeyPair('ec', { namedCurve: kind.crv }, done)
      else if (kind.kty === 'OKP') crypto().generateKeyPair('ed25519', {}, done)
      else crypto().generateKeyPair(mlDsaTypes[kind.alg], {}, done)
    }),

  privateJwkFromPkcs8: (der: Uint8Array, _kind: KeyKind) =>
    crypto().createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' }),
}
