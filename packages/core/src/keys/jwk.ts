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
const COORDINATE_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66, Ed25519: 32 } as const
const PUB_OCTETS = { 'ML-DSA-44': 1312, 'ML-DSA-65': 1952, 'ML-DSA-87': 2592 } as const
const SEED_OCTETS = 32

/** What reading a JWK gave: always the public half, and the whole key when it is private. */
export interface ParsedJwk {
  readonly publicJwk: PublicJwk
  readonly privateJwk: PrivateJwk | undefined
  /** Bits of an RSA modulus. */
  readonly modulusBits: number | undefined
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
export function parseJwk(value: unknown, form = 'JWK'): ParsedJwk {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyError('ERR_KEY_MALFORMED', 'a JWK must be a JSON object')
  }
  const members = new Members(value as Record<string, unknown>, form)
  const kty = members.get('kty')
  switch (kty) {
    case 'RSA':
      return parseRsa(members)
    case 'EC':
      return parseEc(members)
    case 'OKP':
      return parseOkp(members)
    case 'AKP':
      return parseAkp(members)
    case undefined:
      throw members.malformed('has no "kty"', FIX_KIND)
    case 'oct':
      throw members.unsupported(
        'has "kty" "oct": it is a shared secret, and has no half to publish',
        FIX_KIND,
      )
    default:
      throw members.unsupported('has a "kty" that can not sign', FIX_KIND)
  }
}

const FIX_KIND = 'use an RSA, EC (P-256, P-384, P-521) or Ed25519 key pair'
const FIX_COPY = 'copy the key again, whole and unchanged'

/** Whether a value, read as a JWK, holds any private or secret member. */
export function hasPrivateMember(jwk: object): boolean {
  return [...RSA_PRIVATE, 'oth', 'k', 'priv'].some((name) => Object.hasOwn(jwk, name))
}

function parseRsa(members: Members): ParsedJwk {
  const n = members.octets('n')
  const e = members.octets('e')
  if (n[0] === 0 || e[0] === 0) {
    throw members.malformed('has a leading zero octet in "n" or "e"', 'leave it out')
  }
  const modulusBits = n.length * 8 - Math.clz32(n[0] as number) + 24
  if (modulusBits < MIN_RSA_BITS) {
    throw members.error(
      'ERR_KEY_TOO_SMALL',
      `has an RSA modulus of ${modulusBits} bits; at least ${MIN_RSA_BITS} are needed`,
      'make a new, larger key and register its public half',
    )
  }
  if (modulusBits > MAX_RSA_BITS) {
    throw members.unsupported(
      `has an RSA modulus of ${modulusBits} bits; at most ${MAX_RSA_BITS} are accepted`,
      'make a key of 2048 to 4096 bits',
    )
  }
  if (((n.at(-1) as number) & 1) === 0) {
    throw members.malformed('has an even modulus "n"', FIX_COPY)
  }
  const exponent = e.length > 4 ? Infinity : e.reduce((sum, octet) => sum * 256 + octet, 0)
  if (exponent % 2 === 0 || exponent < 65537 || exponent === Infinity) {
    throw members.unsupported(
      'has an RSA exponent "e" that is even, below 65537 or above 32 bits',
      'make a new key with the usual 65537 ("AQAB")',
    )
  }
  const publicJwk: PublicJwk = {
    kty: 'RSA',
    n: members.text('n'),
    e: members.text('e'),
    ...members.metadata('RSA', undefined),
  }
  const missing = RSA_PRIVATE.filter((name) => !members.has(name))
  if (missing.length === RSA_PRIVATE.length && !members.has('oth')) {
    return { publicJwk, privateJwk: undefined, modulusBits }
  }
  if (members.has('oth')) {
    throw members.unsupported('has more than two primes ("oth")', 'make a key with two primes')
  }
  if (missing.length > 0) {
    throw members.malformed(
      `is a private RSA key without ${missing.map((name) => `"${name}"`).join(', ')}`,
      'export it again with all of its members',
    )
  }
  const secret: Partial<Record<(typeof RSA_PRIVATE)[number], string>> = {}
  for (const name of RSA_PRIVATE) {
    if (members.octets(name).length > n.length) {
      throw members.malformed(`has a "${name}" longer than its modulus`, FIX_COPY)
    }
    secret[name] = members.text(name)
  }
  return { publicJwk, privateJwk: { ...publicJwk, ...(secret as RsaPrivateMembers) }, modulusBits }
}

function parseEc(members: Members): ParsedJwk {
  const crv = members.text('crv')
  if (crv !== 'P-256' && crv !== 'P-384' && crv !== 'P-521') {
    throw members.unsupported(
      `is on ${curveName(crv)}, which is not P-256, P-384 or P-521`,
      FIX_KIND,
    )
  }
  const octets = COORDINATE_OCTETS[crv]
  members.octets('x', octets)
  members.octets('y', octets)
  const publicJwk: PublicJwk = {
    kty: 'EC',
    crv,
    x: members.text('x'),
    y: members.text('y'),
    ...members.metadata('EC', crv),
  }
  return {
    publicJwk,
    privateJwk: withSecret(publicJwk, members, 'd', octets),
    modulusBits: undefined,
  }
}

function parseOkp(members: Members): ParsedJwk {
  const crv = members.text('crv')
  if (crv !== 'Ed25519') {
    throw members.unsupported(
      crv === 'X25519' || crv === 'X448'
        ? `is an ${crv} key, for key agreement: it can not sign`
        : `is on ${curveName(crv)}, which is not Ed25519`,
      FIX_KIND,
    )
  }
  members.octets('x', COORDINATE_OCTETS[crv])
  const publicJwk: PublicJwk = {
    kty: 'OKP',
    crv,
    x: members.text('x'),
    ...members.metadata('OKP', crv),
  }
  const privateJwk = withSecret(publicJwk, members, 'd', COORDINATE_OCTETS[crv])
  return { publicJwk, privateJwk, modulusBits: undefined }
}

function parseAkp(members: Members): ParsedJwk {
  const { alg, ...metadata } = members.metadata('AKP', undefined)
  if (alg === undefined) {
    throw members.malformed('has no "alg"', 'state "ML-DSA-44", "ML-DSA-65" or "ML-DSA-87"')
  }
  members.octets('pub', PUB_OCTETS[alg as MlDsaName])
  const publicJwk: PublicJwk = {
    kty: 'AKP',
    alg: alg as MlDsaName,
    pub: members.text('pub'),
    ...metadata,
  }
  const privateJwk = withSecret(publicJwk, members, 'priv', SEED_OCTETS)
  return { publicJwk, privateJwk, modulusBits: undefined }
}

function withSecret(
  publicJwk: PublicJwk,
  members: Members,
  name: 'd' | 'priv',
  length: number,
): PrivateJwk | undefined {
  if (!members.has(name)) return undefined
  members.octets(name, length)
  return { ...publicJwk, [name]: members.text(name) } as PrivateJwk
}

/** A curve that was named, cut to what a curve's name can be: nothing else of a key is repeated. */
function curveName(crv: string): string {
  return /^[A-Za-z0-9-]{1,24}$/.test(crv) ? crv : 'an unknown curve'
}

/** The members of one JWK, read by name, with errors that say which key they are about. */
class Members {
  readonly kid: string | undefined
  readonly #jwk: Readonly<Record<string, unknown>>
  readonly #form: string

  constructor(jwk: Readonly<Record<string, unknown>>, form: string) {
    this.#jwk = jwk
    this.#form = form
    this.kid = this.optionalText('kid')
  }

  /** An own member; `null` counts as absent: Okta's API answers `"use": null` for a key without. */
  get(name: string): unknown {
    return Object.hasOwn(this.#jwk, name) ? (this.#jwk[name] ?? undefined) : undefined
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  text(name: string): string {
    const value = this.get(name)
    if (typeof value === 'string') return value
    throw this.malformed(
      value === undefined ? `has no "${name}"` : `has a "${name}" that is not a string`,
      FIX_COPY,
    )
  }

  octets(name: string, length?: number): Uint8Array {
    const octets = decodeBase64url(this.text(name))
    if (octets === undefined || octets.length === 0) {
      throw this.malformed(
        `has a "${name}" that is not canonical base64url without padding`,
        FIX_COPY,
      )
    }
    if (length !== undefined && octets.length !== length) {
      throw this.malformed(
        `has a "${name}" of ${octets.length} octets instead of exactly ${length}`,
        FIX_COPY,
      )
    }
    return octets
  }

  metadata(kty: KeyType, crv: Curve | undefined): JwkMetadata {
    const use = this.optionalText('use')
    const keyOps = this.#keyOps()
    const alg = this.get('alg')
    const algorithm = jwsAlgorithm(alg)
    if (alg !== undefined && algorithm === undefined && use !== 'enc') {
      throw this.unsupported(
        'has an "alg" that is not a signature algorithm for key pairs',
        'remove "alg", or state the one that fits, such as RS256 or ES256',
      )
    }
    if (algorithm !== undefined && (algorithm.kty !== kty || algorithm.crv !== crv)) {
      throw this.malformed(
        `has "alg" "${algorithm.alg}", which contradicts its key type ${crv ?? kty}`,
        'remove "alg" or make a fitting key',
      )
    }
    return {
      ...(this.kid === undefined ? undefined : { kid: this.kid }),
      ...(use === undefined ? undefined : { use }),
      ...(keyOps === undefined ? undefined : { key_ops: keyOps }),
      ...(algorithm === undefined ? undefined : { alg: algorithm.alg }),
    }
  }

  optionalText(name: string): string | undefined {
    const value = this.get(name)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    throw this.malformed(`has a "${name}" that is not a non-empty string`, 'leave it out')
  }

  #keyOps(): readonly string[] | undefined {
    const value = this.get('key_ops')
    if (value === undefined) return undefined
    const isDistinctTexts =
      Array.isArray(value) &&
      value.every((entry) => typeof entry === 'string') &&
      new Set(value).size === value.length
    if (isDistinctTexts) return [...value] as string[]
    throw this.malformed('has a "key_ops" that is not an array of distinct strings', 'leave it out')
  }

  malformed(fault: string, fix: string): KeyError {
    return this.error('ERR_KEY_MALFORMED', fault, fix)
  }

  unsupported(fault: string, fix: string): KeyError {
    return this.error('ERR_KEY_UNSUPPORTED', fault, fix)
  }

  error(code: KeyErrorCode, fault: string, fix: string): KeyError {
    return new KeyError(code, `the ${this.#form} ${fault}`, { kid: this.kid, fix })
  }
}
