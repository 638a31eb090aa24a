/**
 * JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037): their types, and the one strict reading.
 * @module
 */

import { decodeBase64url } from '../base64url.ts'
import { KeyError } from '../errors.ts'
import { type Curve, type JwsAlgorithmName, jwsAlgorithm } from './algorithms.ts'

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

/** A public JWK that can verify. */
export type PublicJwk = RsaPublicJwk | EcPublicJwk | OkpPublicJwk

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

/** Smallest RSA modulus that is accepted, in bits (RFC 7518, section 3.3). */
export const MIN_RSA_BITS = 2048
/** Largest RSA modulus that is accepted, in bits; verifying beyond it costs too much. */
export const MAX_RSA_BITS = 8192

const RSA_PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const
const COORDINATE_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66, Ed25519: 32 } as const

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
 * @throws {@link KeyError} with the member that is wrong and what it should be.
 * @see RFC 7518, section 6, Cryptographic Algorithms for Keys
 */
export function parseJwk(value: unknown): ParsedJwk {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyError('ERR_KEY_MALFORMED', 'a JWK must be a JSON object')
  }
  const jwk = value as Record<string, unknown>
  const own = (name: string): unknown => (Object.hasOwn(jwk, name) ? jwk[name] : undefined)
  const kid = optionalText(own('kid'), 'kid')
  const members = new Members(own, kid)
  const kty = own('kty')
  if (kty === 'RSA') return parseRsa(members)
  if (kty === 'EC') return parseEc(members)
  if (kty === 'OKP') return parseOkp(members)
  if (kty === undefined) throw members.malformed('has no "kty"; expected "RSA", "EC" or "OKP"')
  throw members.unsupported(
    kty === 'oct'
      ? 'has "kty" "oct", a shared secret; private_key_jwt needs an RSA, EC or Ed25519 key pair'
      : 'has a "kty" that can not sign; expected "RSA", "EC" or "OKP"',
  )
}

/** Whether a value, read as a JWK, holds any private or secret member. */
export function hasPrivateMember(jwk: object): boolean {
  return [...RSA_PRIVATE, 'oth', 'k', 'priv'].some((name) => Object.hasOwn(jwk, name))
}

function parseRsa(members: Members): ParsedJwk {
  const n = members.octets('n')
  const e = members.octets('e')
  if (n[0] === 0 || e[0] === 0) throw members.malformed('has a leading zero octet in "n" or "e"')
  const modulusBits = n.length === 0 ? 0 : n.length * 8 - Math.clz32(n[0] as number) + 24
  if (modulusBits < MIN_RSA_BITS) {
    throw new KeyError(
      'ERR_KEY_TOO_SMALL',
      `the RSA key has ${modulusBits} bits; at least ${MIN_RSA_BITS} are needed`,
      { kid: members.kid },
    )
  }
  if (modulusBits > MAX_RSA_BITS) {
    throw members.unsupported(
      `has an RSA modulus of ${modulusBits} bits; at most ${MAX_RSA_BITS} are accepted`,
    )
  }
  if (((n.at(-1) as number) & 1) === 0) throw members.malformed('has an even modulus "n"')
  const exponent = e.length > 4 ? Infinity : e.reduce((sum, octet) => sum * 256 + octet, 0)
  if (exponent % 2 === 0 || exponent < 65537 || exponent === Infinity) {
    throw members.unsupported(
      'has an RSA exponent "e" that is even, below 65537 or above 32 bits; make a new key with the usual 65537 ("AQAB")',
    )
  }
  const publicJwk: PublicJwk = {
    kty: 'RSA',
    n: members.text('n'),
    e: members.text('e'),
    ...members.metadata('RSA', undefined),
  }
  if (!members.has('d')) {
    const stray = [...RSA_PRIVATE, 'oth'].find((name) => members.has(name))
    if (stray !== undefined)
      throw members.malformed(`has the private member "${stray}" without "d"`)
    return { publicJwk, privateJwk: undefined, modulusBits }
  }
  if (members.has('oth')) throw members.unsupported('has more than two primes ("oth")')
  const missing = RSA_PRIVATE.filter((name) => !members.has(name))
  if (missing.length > 0) {
    throw members.malformed(
      `is a private RSA key without ${missing.map((name) => `"${name}"`).join(', ')}; export it again with all of its members`,
    )
  }
  const secret = Object.fromEntries(
    RSA_PRIVATE.map((name) => {
      members.octets(name)
      return [name, members.text(name)]
    }),
  ) as unknown as RsaPrivateMembers
  return { publicJwk, privateJwk: { ...publicJwk, ...secret }, modulusBits }
}

function parseEc(members: Members): ParsedJwk {
  const crv = members.text('crv')
  if (crv !== 'P-256' && crv !== 'P-384' && crv !== 'P-521') {
    throw members.unsupported('has a "crv" that is not P-256, P-384 or P-521')
  }
  for (const name of ['x', 'y']) members.octets(name, COORDINATE_OCTETS[crv])
  const publicJwk: PublicJwk = {
    kty: 'EC',
    crv,
    x: members.text('x'),
    y: members.text('y'),
    ...members.metadata('EC', crv),
  }
  return { publicJwk, privateJwk: withPrivateScalar(publicJwk, members), modulusBits: undefined }
}

function parseOkp(members: Members): ParsedJwk {
  const crv = members.text('crv')
  if (crv !== 'Ed25519') {
    throw members.unsupported(
      crv === 'X25519' || crv === 'X448'
        ? `has "crv" "${crv}", a key for key agreement; it can not sign`
        : 'has a "crv" that is not Ed25519',
    )
  }
  members.octets('x', COORDINATE_OCTETS[crv])
  const publicJwk: PublicJwk = {
    kty: 'OKP',
    crv,
    x: members.text('x'),
    ...members.metadata('OKP', crv),
  }
  return { publicJwk, privateJwk: withPrivateScalar(publicJwk, members), modulusBits: undefined }
}

function withPrivateScalar<T extends EcPublicJwk | OkpPublicJwk>(
  publicJwk: T,
  members: Members,
): (T & { readonly d: string }) | undefined {
  if (!members.has('d')) return undefined
  members.octets('d', COORDINATE_OCTETS[publicJwk.crv])
  return { ...publicJwk, d: members.text('d') }
}

/** The members of one JWK, read by name, with errors that say which key they are about. */
class Members {
  readonly kid: string | undefined
  readonly #own: (name: string) => unknown

  constructor(own: (name: string) => unknown, kid: string | undefined) {
    this.#own = own
    this.kid = kid
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined
  }

  text(name: string): string {
    const value = this.#own(name)
    if (typeof value === 'string') return value
    throw this.malformed(
      value === undefined ? `has no "${name}"` : `has a "${name}" that is not a string`,
    )
  }

  octets(name: string, length?: number): Uint8Array {
    const octets = decodeBase64url(this.text(name))
    if (octets === undefined || octets.length === 0) {
      throw this.malformed(`has a "${name}" that is not canonical base64url without padding`)
    }
    if (length !== undefined && octets.length !== length) {
      throw this.malformed(
        `has a "${name}" of ${octets.length} octets; its curve needs exactly ${length}`,
      )
    }
    return octets
  }

  metadata(kty: string, crv: Curve | undefined): JwkMetadata {
    const use = optionalText(this.#own('use'), 'use')
    const keyOps = optionalTexts(this.#own('key_ops'))
    const alg = this.#own('alg') ?? undefined
    const algorithm = jwsAlgorithm(alg)
    if (alg !== undefined && algorithm === undefined && use !== 'enc') {
      throw this.unsupported('has an "alg" that is not a signature algorithm for key pairs')
    }
    if (algorithm !== undefined && (algorithm.kty !== kty || algorithm.crv !== crv)) {
      throw this.malformed(
        `has "alg" "${algorithm.alg}", which contradicts its key type ${crv ?? kty}; remove "alg" or make a fitting key`,
      )
    }
    return {
      ...(this.kid === undefined ? undefined : { kid: this.kid }),
      ...(use === undefined ? undefined : { use }),
      ...(keyOps === undefined ? undefined : { key_ops: keyOps }),
      ...(algorithm === undefined ? undefined : { alg: algorithm.alg }),
    }
  }

  malformed(fault: string): KeyError {
    return new KeyError('ERR_KEY_MALFORMED', `the JWK ${fault}`, { kid: this.kid })
  }

  unsupported(fault: string): KeyError {
    return new KeyError('ERR_KEY_UNSUPPORTED', `the JWK ${fault}`, { kid: this.kid })
  }
}

/** `null` counts as absent: Okta's API answers `"use": null` for a key without one. */
function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value !== '') return value
  throw new KeyError('ERR_KEY_MALFORMED', `the JWK has a "${name}" that is not a non-empty string`)
}

function optionalTexts(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (
    Array.isArray(value) &&
    value.every((entry) => typeof entry === 'string') &&
    new Set(value).size === value.length
  ) {
    return [...value] as string[]
  }
  throw new KeyError(
    'ERR_KEY_MALFORMED',
    'the JWK has a "key_ops" that is not an array of distinct strings',
  )
}
