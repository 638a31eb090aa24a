/**
 * JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 9964): their types, and the one strict
 * reading that every key passes, whatever form it came in.
 * @module
 */

import { decodeBase64url } from '../base64url.ts'
import { KeyError, type KeyErrorCode } from '../errors.ts'
import {
  type Curve,
  type JwsAlgorithmName,
  jwsAlgorithm,
  type KeyType,
  type MlDsaName,
} from './algorithms.ts'

/** Members that any JWK may have beside those of its key type. */
export interface JwkMetadata {
  readonly kid?: string
  readonly use?: string
  readonly key_ops?: readonly string[]
  readonly alg?: JwsAlgorithmName
}

/** A public RSA key. */
export interface RsaPublicJwk extends JwkMetadata {
  readonly kty: 'RSA'
  readonly n: string
  readonly e: string
}

/** A public elliptic-curve key. */
export interface EcPublicJwk extends JwkMetadata {
  readonly kty: 'EC'
  readonly crv: 'P-256' | 'P-384' | 'P-521'
  readonly x: string
  readonly y: string
}

/** A public Ed25519 key. */
export interface OkpPublicJwk extends JwkMetadata {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
}

/** A public ML-DSA key; `alg` is its parameter set. */
export interface AkpPublicJwk extends JwkMetadata {
  readonly kty: 'AKP'
  readonly alg: MlDsaName
  readonly pub: string
}

/** A public JWK that can verify. */
export type PublicJwk = RsaPublicJwk | EcPublicJwk | OkpPublicJwk | AkpPublicJwk

/** The private members of an RSA key with two primes. */
export interface RsaPrivateMembers {
  readonly d: string
  readonly p: string
  readonly q: string
  readonly dp: string
  readonly dq: string
  readonly qi: string
}

/** A private JWK that can sign. Handle with care: it is plain data and prints as it is. */
export type PrivateJwk =
  | (RsaPublicJwk & RsaPrivateMembers)
  | (EcPublicJwk & { readonly d: string })
  | (OkpPublicJwk & { readonly d: string })
  | (AkpPublicJwk & { readonly priv: string })

/** Smallest RSA modulus that is accepted, in bits (RFC 7518, section 3.3). */
export const MIN_RSA_BITS = 2048
/** Largest RSA modulus that is accepted, in bits; verifying beyond it costs too much. */
export const MAX_RSA_BITS = 8192

const RSA_PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const
/** Octets of each member, the private one last, by key type and by `crv` or `alg`. */
const LENGTHS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
> = {
  EC: {
    'P-256': { x: 32, y: 32, d: 32 },
    'P-384': { x: 48, y: 48, d: 48 },
    'P-521': { x: 66, y: 66, d: 66 },
  },
  OKP: { Ed25519: { x: 32, d: 32 } },
  AKP: {
    'ML-DSA-44': { pub: 1312, priv: 32 },
    'ML-DSA-65': { pub: 1952, priv: 32 },
    'ML-DSA-87': { pub: 2592, priv: 32 },
  },
}

/** What reading a JWK gave: always the public half, and the whole key when it is private. */
export interface ParsedJwk {
  readonly publicJwk: PublicJwk
  readonly privateJwk?: PrivateJwk
  /** Bits of an RSA modulus. */
  readonly modulusBits?: number
}

/**
 * Reads one JWK strictly: required members present, canonical base64url, exact lengths, sizes and
 * exponents in range, `alg` that fits the key. Members that are not known are dropped; `x5c`, `x5u`
 * and the like are never looked at. Does not check that a point lies on its curve: the import does.
 *
 * @param form What to call the key in an error, when its members come from another form.
 * @throws {@link KeyError} with the member that is wrong and what it should be.
 * @see RFC 7518, section 6, Cryptographic Algorithms for Keys
 */
export function parseJwk(jwk: Readonly<Record<string, unknown>>, form = 'JWK'): ParsedJwk {
  const members = { jwk, form, kid: optionalText({ jwk, form, kid: undefined }, 'kid') }
  const kty = get(members, 'kty')
  if (kty === 'RSA') return parseRsa(members)
  if (kty === 'EC' || kty === 'OKP' || kty === 'AKP') return parseSized(members, kty)
  throw unsupported(
    members,
    kty === 'oct' ? 'has "kty" "oct": it is a shared secret' : 'has no "kty" that can sign',
    FIX_KIND,
  )
}

const FIX_KIND = 'use an RSA, EC (P-256, P-384, P-521) or Ed25519 key pair'
const FIX_ALG = 'remove "alg", or state one that fits the key'
const FIX_LEAVE_OUT = 'leave it out'
const FIX_COPY = 'copy the key again, whole and unchanged'

/** Whether a value, read as a JWK, holds any private or secret member. */
export function hasPrivateMember(jwk: object): boolean {
  return [...RSA_PRIVATE, 'oth', 'k', 'priv'].some((name) => Object.hasOwn(jwk, name))
}

function parseRsa(members: Members): ParsedJwk {
  const n = magnitude(members, 'n')
  const e = magnitude(members, 'e')
  const modulusBits = n.length * 8 - Math.clz32(n[0] as number) + 24
  if (modulusBits < MIN_RSA_BITS || modulusBits > MAX_RSA_BITS) {
    throw refusal(
      modulusBits < MIN_RSA_BITS ? 'ERR_KEY_TOO_SMALL' : 'ERR_KEY_UNSUPPORTED',
      members,
      `has an RSA modulus of ${modulusBits} bits, not ${MIN_RSA_BITS} to ${MAX_RSA_BITS}`,
      'make a new key of 2048 to 4096 bits and register its public half',
    )
  }
  const exponent = e.length > 4 ? 0 : e.reduce((sum, octet) => sum * 256 + octet, 0)
  if (exponent < 65537 || (exponent & (n.at(-1) as number) & 1) === 0) {
    throw unsupported(
      members,
      'has an even RSA modulus, or an exponent that is even, below 65537 or above 32 bits',
      'make a new key with the usual exponent 65537 ("AQAB")',
    )
  }
  const publicJwk: PublicJwk = {
    kty: 'RSA',
    n: text(members, 'n'),
    e: text(members, 'e'),
    ...metadataOf(members, 'RSA', undefined),
  }
  if (get(members, 'oth') !== undefined) {
    throw unsupported(members, 'has more than two primes ("oth")', 'make a key with two primes')
  }
  const missing = RSA_PRIVATE.filter((name) => get(members, name) === undefined)
  if (missing.length === RSA_PRIVATE.length) return { publicJwk, modulusBits }
  if (missing.length > 0) {
    throw malformed(
      members,
      `is a private RSA key without "${missing.join('", "')}"`,
      'export it again with all of its members',
    )
  }
  const secret: Record<string, string> = {}
  for (const name of RSA_PRIVATE) secret[name] = encoded(members, name, 1, n.length)
  return { publicJwk, privateJwk: { ...publicJwk, ...secret } as PrivateJwk, modulusBits }
}

/** A key whose members have exact lengths, which `crv` or for ML-DSA `alg` tells. */
function parseSized(members: Members, kty: 'EC' | 'OKP' | 'AKP'): ParsedJwk {
  const selector = kty === 'AKP' ? 'alg' : 'crv'
  const name = text(members, selector)
  const variants = LENGTHS[kty] as (typeof LENGTHS)[string]
  const lengths = Object.hasOwn(variants, name) ? variants[name] : undefined
  if (lengths === undefined) {
    // Nothing of a key is repeated that can not be the name of a curve.
    const shown = /^[\w-]{1,24}$/.test(name) ? `"${name}"` : 'that is unknown'
    throw unsupported(members, `has a "${selector}" ${shown}, which can not sign here`, FIX_KIND)
  }
  const secretName = kty === 'AKP' ? 'priv' : 'd'
  const key: Record<string, string> = { kty, [selector]: name }
  for (const [member, length] of Object.entries(lengths)) {
    if (member !== secretName) key[member] = encoded(members, member, length, length)
  }
  const crv = kty === 'AKP' ? undefined : (name as Curve)
  const publicJwk = { ...key, ...metadataOf(members, kty, crv) } as PublicJwk
  if (get(members, secretName) === undefined) return { publicJwk }
  const length = lengths[secretName] as number
  const secret = encoded(members, secretName, length, length)
  return { publicJwk, privateJwk: { ...publicJwk, [secretName]: secret } as PrivateJwk }
}

/** A JWK to be read, and what errors about it say. */
interface Members {
  readonly jwk: Readonly<Record<string, unknown>>
  readonly form: string
  readonly kid: string | undefined
}

/** An own member; `null` counts as absent: Okta's API answers `"use": null` for a key without. */
function get({ jwk }: Members, name: string): unknown {
  return Object.hasOwn(jwk, name) ? (jwk[name] ?? undefined) : undefined
}

function text(members: Members, name: string): string {
  const value = get(members, name)
  if (typeof value === 'string') return value
  throw malformed(
    members,
    value === undefined ? `has no "${name}"` : `has a "${name}" that is not a string`,
    FIX_COPY,
  )
}

/** A member that is base64url, of so many octets. */
function encoded(members: Members, name: string, minimum: number, maximum: number): string {
  const { length } = octetsOf(members, name)
  if (length >= minimum && length <= maximum) return text(members, name)
  throw malformed(
    members,
    `has a "${name}" of ${length} octets instead of ${maximum}${minimum < maximum ? ' at most' : ''}`,
    FIX_COPY,
  )
}

function octetsOf(members: Members, name: string): Uint8Array {
  const octets = decodeBase64url(text(members, name))
  if (octets !== undefined && octets.length > 0) return octets
  throw malformed(members, `has a "${name}" that is not canonical base64url`, FIX_COPY)
}

/** A number of RSA: without a leading zero octet. */
function magnitude(members: Members, name: string): Uint8Array {
  const octets = octetsOf(members, name)
  if (octets[0] !== 0) return octets
  throw malformed(members, `has a "${name}" with a leading zero octet`, FIX_COPY)
}

function metadataOf(members: Members, kty: KeyType, crv: Curve | undefined): JwkMetadata {
  const use = optionalText(members, 'use')
  const keyOps = get(members, 'key_ops')
  if (keyOps !== undefined && !isDistinctTexts(keyOps)) {
    throw malformed(
      members,
      'has a "key_ops" that is not an array of distinct strings',
      FIX_LEAVE_OUT,
    )
  }
  const alg = get(members, 'alg')
  const algorithm = jwsAlgorithm(alg)
  if (alg !== undefined && algorithm === undefined && use !== 'enc') {
    throw unsupported(
      members,
      'has an "alg" that is not a signature algorithm for key pairs',
      FIX_ALG,
    )
  }
  if (algorithm !== undefined && (algorithm.kty !== kty || algorithm.crv !== crv)) {
    throw malformed(
      members,
      `has "alg" "${algorithm.alg}", which contradicts its key type ${crv ?? kty}`,
      FIX_ALG,
    )
  }
  const metadata = { kid: members.kid, use, key_ops: keyOps && [...keyOps], alg: algorithm?.alg }
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined))
}

function optionalText(members: Members, name: string): string | undefined {
  const value = get(members, name)
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw malformed(members, `has a "${name}" that is not a non-empty string`, FIX_LEAVE_OUT)
}

function isDistinctTexts(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.every((entry) => typeof entry === 'string') &&
    new Set(value).size === value.length
  )
}

function malformed(members: Members, fault: string, fix: string): KeyError {
  return refusal('ERR_KEY_MALFORMED', members, fault, fix)
}

function unsupported(members: Members, fault: string, fix: string): KeyError {
  return refusal('ERR_KEY_UNSUPPORTED', members, fault, fix)
}

function refusal(code: KeyErrorCode, { form, kid }: Members, fault: string, fix: string): KeyError {
  return new KeyError(code, `the ${form} ${fault}`, { kid, fix })
}
