/**
 * What a signer gave in place of the signature that was asked for; loaded when that happens.
 * @module
 */

import { decodeBase64url } from '../base64url.ts'
import { KeyError } from '../errors.ts'
import { primitives } from '#primitives'
import { type JwsAlgorithm, JWS_ALGORITHMS, jwsAlgorithm } from './algorithms.ts'
import { concatenatedSignature, SCALAR_OCTETS } from './ecdsa-der.ts'
import type { PublicKey } from './public-key.ts'
import { readings, signatureLength } from './signature-form.ts'

/** Says what came back in place of a signature that fits. Never shows any of it. */
export async function whatCameBack(
  algorithm: JwsAlgorithm,
  publicKey: PublicKey,
  answer: unknown,
  signingInput: Uint8Array,
): Promise<KeyError> {
  const { alg } = algorithm
  if (!(answer instanceof Uint8Array)) {
    return refusal(publicKey, `the signer returned ${typeName(answer)} instead of a Uint8Array`)
  }
  if (answer.length === 0) return refusal(publicKey, 'the signer returned nothing')
  const candidates = readings(algorithm, publicKey, answer)
  if (candidates.length === 0) return wrongForm(algorithm, publicKey, answer)
  for (const signature of candidates) {
    const other = await findAlgorithm(algorithm, publicKey, signature, signingInput)
    if (other !== undefined) {
      return refusal(
        publicKey,
        `the signer made ${other} where ${alg} was asked for`,
        `have it sign with ${describe(algorithm)}, or ask for the algorithm that it has`,
      )
    }
    if (await publicKey.verify(algorithm, signature, await primitives.sha256(signingInput))) {
      return refusal(
        publicKey,
        'the signer signed the SHA-256 digest as if it were the message, so it was hashed twice',
        'give it the signing input itself, or tell it that it gets a digest',
      )
    }
    const padding = await rsaPadding(publicKey, signature, signingInput)
    if (padding !== undefined) return refusal(publicKey, padding[0], padding[1])
  }
  return refusal(
    publicKey,
    `the signer returned ${answer.length} octets that are no ${alg} signature by this key over the signing input`,
    'it signed with another key or other octets; look at which key, and which version of it, the public key belongs to',
  )
}

function wrongForm(algorithm: JwsAlgorithm, publicKey: PublicKey, answer: Uint8Array): KeyError {
  const { alg, scheme } = algorithm
  const length = signatureLength(algorithm, publicKey)
  const expected =
    scheme === 'ECDSA'
      ? `the ${length} octets of r || s or DER for ${algorithm.crv}`
      : `the ${length} octets of ${alg}`
  const came = `the signer returned ${answer.length} octets where ${expected} were expected`
  const text = textOf(answer)
  if (text !== undefined) {
    return refusal(publicKey, `${came}; they are ${text}`, 'decode it before it is returned')
  }
  for (const [crv, octets] of Object.entries(SCALAR_OCTETS)) {
    const isDer = answer[0] === 0x30 && concatenatedSignature(ecdsaOver(crv), answer) !== undefined
    if ((scheme !== 'ECDSA' && isDer) || (scheme === 'ECDSA' && answer.length === 2 * octets)) {
      const what = isDer ? 'an ECDSA signature in DER' : `of the length of a ${crv} signature`
      return refusal(publicKey, `${came}; they are ${what}`, OTHER_KEY)
    }
  }
  if (scheme === 'ECDSA' && answer[0] === 0x30) {
    return refusal(
      publicKey,
      `${came}; they begin like DER and are not a signature of this size`,
      OTHER_KEY,
    )
  }
  return refusal(publicKey, came, OTHER_KEY)
}

const OTHER_KEY = 'it may have signed with another key, or added something to the signature'

function ecdsaOver(crv: string): JwsAlgorithm {
  return { alg: 'ES256', kty: 'EC', crv: crv as 'P-256', scheme: 'ECDSA' }
}

/** Which text the octets are, when they are one; a signature is not. */
function textOf(answer: Uint8Array): string | undefined {
  const text = String.fromCharCode(...answer.subarray(0, 2048)).trim()
  if (/^[\da-fA-F]+$/.test(text)) return 'hexadecimal text'
  if (decodeBase64url(text) !== undefined) return 'base64url text'
  if (/^[\w+/\s-]+={0,2}$/.test(text)) return 'base64 text'
  return /^[\t\n\r\u0020-\u007e]+$/.test(text) ? 'text' : undefined
}

/** Which other algorithm of the key's type the signature is of, in words. */
async function findAlgorithm(
  asked: JwsAlgorithm,
  publicKey: PublicKey,
  signature: Uint8Array,
  signingInput: Uint8Array,
): Promise<string | undefined> {
  for (const other of algorithmsLike(asked)) {
    const isAsked = other.scheme === asked.scheme && other.hash === asked.hash
    if (!isAsked && (await verifies(publicKey, other, signature, signingInput))) {
      return describe(other)
    }
  }
  return undefined
}

/** What a key of this type can be made to sign, also where JWS has no name for it. */
function algorithmsLike(asked: JwsAlgorithm): readonly JwsAlgorithm[] {
  if (asked.scheme === 'ECDSA') {
    return (['SHA-256', 'SHA-384', 'SHA-512'] as const).map((hash) => ({ ...asked, hash }))
  }
  const rows = JWS_ALGORITHMS.map((alg) => jwsAlgorithm(alg) as JwsAlgorithm)
  return rows.filter(({ kty }) => kty === 'RSA' && kty === asked.kty)
}

/**
 * What an RSA signature turns out to be when its padding is looked at, and the fix; `undefined` when
 * there is none to be seen, because another key made it.
 *
 * @see RFC 8017, sections 9.1.1 and 9.2, for the two encodings
 */
async function rsaPadding(
  publicKey: PublicKey,
  signature: Uint8Array,
  signingInput: Uint8Array,
): Promise<readonly [message: string, fix: string] | undefined> {
  const encoded = openRsa(publicKey, signature)
  if (encoded === undefined) return undefined
  const otherOctets = (what: string): readonly [string, string] => [
    `the signer used the right key for ${what} over other octets`,
    'give it the signing input, or the digest of it that it expects, unchanged',
  ]
  const separator = encoded.indexOf(0, 2)
  if (encoded[1] === 1 && encoded.subarray(2, separator).every((octet) => octet === 255)) {
    return otherOctets('a PKCS#1 v1.5 signature')
  }
  const salt = await findPssSalt(publicKey, encoded)
  if (salt === undefined) return undefined
  const digest = await primitives.sha256(signingInput)
  const expected = await primitives.sha256(Uint8Array.of(...new Uint8Array(8), ...digest, ...salt))
  const hash = encoded.subarray(-33, -1)
  const what = `an RSA-PSS signature with SHA-256 and a salt of ${salt.length} octets`
  return expected.every((octet, index) => octet === hash[index])
    ? [`the signer made ${what}`, 'set the length of the salt to that of the hash, 32 octets']
    : otherOctets(what)
}

/** The salt of EMSA-PSS with SHA-256, of any length; `undefined` when it is not that. */
async function findPssSalt(
  { modulusBits }: PublicKey,
  encoded: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (encoded.at(-1) !== 0xbc) return undefined
  const hash = encoded.subarray(-33, -1)
  const block = encoded.slice(0, -33)
  for (let at = 0; at < block.length; at += 32) {
    const mask = await primitives.sha256(Uint8Array.of(...hash, 0, 0, 0, at / 32))
    for (let index = at; index < Math.min(at + 32, block.length); index++) {
      block[index] = (block[index] as number) ^ (mask[index - at] as number)
    }
  }
  block[0] = (block[0] as number) & (255 >> (8 * encoded.length - (modulusBits as number) + 1))
  const start = block.findIndex((octet) => octet !== 0)
  return block[start] === 1 ? block.subarray(start + 1) : undefined
}

/** The octets that the private key was applied to. */
function openRsa({ jwk, modulusBits }: PublicKey, signature: Uint8Array): Uint8Array | undefined {
  if (jwk.kty !== 'RSA') return undefined
  const n = toInteger(decodeBase64url(jwk.n))
  let base = toInteger(signature)
  if (base >= n) return undefined
  let power = 1n
  for (let e = toInteger(decodeBase64url(jwk.e)); e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) power = (power * base) % n
    base = (base * base) % n
  }
  const octets = Math.ceil((modulusBits as number) / 8)
  const hex = power.toString(16).padStart(2 * octets, '0')
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function toInteger(octets: Uint8Array = new Uint8Array()): bigint {
  let hex = '0x0'
  for (const octet of octets) hex += octet.toString(16).padStart(2, '0')
  return BigInt(hex)
}

/** A combination that a runtime does not know is one that it can't have been. */
async function verifies(
  publicKey: PublicKey,
  algorithm: JwsAlgorithm,
  signature: Uint8Array,
  signingInput: Uint8Array,
): Promise<boolean> {
  try {
    return await publicKey.verify(algorithm, signature, signingInput)
  } catch {
    return false
  }
}

function describe({ alg, scheme, hash }: JwsAlgorithm): string {
  return scheme === 'ECDSA' ? `ECDSA with ${hash}` : `${alg} (${scheme} with ${hash})`
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value !== 'object') return `a ${typeof value}`
  return value instanceof ArrayBuffer ? 'an ArrayBuffer' : 'another object'
}

function refusal(publicKey: PublicKey, message: string, fix?: string): KeyError {
  return new KeyError('ERR_KEY_WRONG_SIGNATURE', message, { kid: publicKey.kid, fix })
}
