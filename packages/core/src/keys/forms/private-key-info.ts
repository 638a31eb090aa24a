/**
 * Reading PKCS#8 `PrivateKeyInfo` (RFC 5208, RFC 5958) and `SubjectPublicKeyInfo` (RFC 5280).
 * @module
 */

import { Tag } from '../der.ts'
import { unsupported } from '../refusal.ts'
import { Damage, DerReader } from './der-reader.ts'
import { readKind } from './algorithm-identifier.ts'
import { coordinates, member } from './member.ts'
import { readRsaPrivateKey, readRsaPublicKey } from './pkcs1.ts'
import { readEcPrivateKey } from './sec1.ts'

const SEED_OCTETS = 32

/** Reads the inside of a PKCS#8 key. Keys that are not RSA may come without their public members. */
export function readPrivateKeyInfo(info: DerReader, form: string): Record<string, string> {
  info.smallNumber(1)
  const kind = readKind(info, form)
  const octets = info.content(Tag.octetString)
  info.optional(Tag.context0)
  const publicBits = info.optional(Tag.primitive1)
  info.end()
  const inner = new DerReader(octets)
  const members = readInner(kind, inner, form)
  inner.end()
  // RFC 5958: the public key that may follow has an implicit tag, its first octet counts unused bits.
  if (kind.kty === 'OKP' && publicBits !== undefined) {
    return { ...members, x: member(publicBits.subarray(1)) }
  }
  return members
}

function readInner(
  kind: ReturnType<typeof readKind>,
  inner: DerReader,
  form: string,
): Record<string, string> {
  switch (kind.kty) {
    case 'RSA':
      return { ...readRsaPrivateKey(inner.inside(Tag.sequence)), ...kind }
    case 'EC':
      return readEcPrivateKey(inner.inside(Tag.sequence), form, kind.crv)
    case 'OKP':
      return { ...kind, d: member(inner.content(Tag.octetString)) }
    case 'AKP':
      return { ...kind, priv: member(readSeed(inner, form)) }
  }
}

/** RFC 9881: a seed, the expanded key, or both. JWK has a place for the seed only. */
function readSeed(inner: DerReader, form: string): Uint8Array {
  if (inner.nextTag === Tag.primitive0) return inner.content(Tag.primitive0)
  if (inner.nextTag === Tag.sequence) {
    const both = inner.inside(Tag.sequence)
    const seed = both.content(Tag.octetString)
    both.content(Tag.octetString)
    both.end()
    if (seed.length === SEED_OCTETS) return seed
    throw new Damage('its seed has a wrong length')
  }
  throw unsupported(
    `the ${form} holds an ML-DSA key in its expanded form, without the seed`,
    'export the key with its seed, or make a new one',
  )
}

/** Reads the inside of an SPKI public key. */
export function readSubjectPublicKeyInfo(info: DerReader, form: string): Record<string, string> {
  const kind = readKind(info, form)
  const key = info.bits()
  info.end()
  switch (kind.kty) {
    case 'RSA': {
      const reader = new DerReader(key)
      const members = readRsaPublicKey(reader.inside(Tag.sequence))
      reader.end()
      return { ...members, ...kind }
    }
    case 'EC':
      return { ...kind, ...readPoint(key, form) }
    case 'OKP':
      return { ...kind, x: member(key) }
    case 'AKP':
      return { ...kind, pub: member(key) }
  }
}

/** The coordinates of a public point; a compressed one is not worth the arithmetic. */
export function readPoint(point: Uint8Array, form: string): { x: string; y: string } {
  const found = coordinates(point)
  if (found !== undefined) return found
  throw unsupported(
    `the ${form} holds an EC key with a compressed point`,
    'convert it: openssl ec -pubin -in key.pem -pubout -conv_form uncompressed',
  )
}
