/**
 * PKCS#1 RSA keys (RFC 8017, appendix A.1).
 * @module
 */

import { unsupported } from '../refusal.ts'
import type { DerReader } from './der-reader.ts'
import { member } from './member.ts'

const PRIVATE_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** Reads the inside of an `RSAPrivateKey`. */
export function readRsaPrivateKey(sequence: DerReader): Record<string, string> {
  if (sequence.smallNumber(1) !== 0) {
    throw unsupported('the RSA key has more than two primes', 'make an RSA key with two primes')
  }
  const members: Record<string, string> = { kty: 'RSA' }
  for (const name of PRIVATE_MEMBERS) members[name] = member(sequence.unsigned())
  sequence.end()
  return members
}

/** Reads the inside of an `RSAPublicKey`. */
export function readRsaPublicKey(sequence: DerReader): Record<string, string> {
  const n = member(sequence.unsigned())
  const e = member(sequence.unsigned())
  sequence.end()
  return { kty: 'RSA', n, e }
}
