/**
 * RSA keys bound to PSS (RFC 4055): the DER of an ordinary key under the identifier
 * `id-RSASSA-PSS`, with the hash and the salt length of one JWS algorithm.
 * @module
 */

import type { JwsAlgorithm } from './algorithms.ts'
import { encodeBits, encodeDer, encodeObjectIdentifier, encodeUnsigned, Tag } from './der.ts'

const OID_RSA_PSS = '1.2.840.113549.1.1.10'
const OID_MGF1 = '1.2.840.113549.1.1.8'
const HASH_OIDS = {
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
} as const

/** A PKCS#8 private key from the octets of its PKCS#1 form. */
export function pssPrivateKeyInfo(algorithm: JwsAlgorithm, pkcs1: Uint8Array): Uint8Array {
  return encodeDer(
    Tag.sequence,
    Uint8Array.of(Tag.integer, 1, 0),
    algorithmIdentifier(algorithm),
    encodeDer(Tag.octetString, pkcs1),
  )
}

/** An SPKI public key from the octets of its PKCS#1 form. */
export function pssSubjectPublicKeyInfo(algorithm: JwsAlgorithm, pkcs1: Uint8Array): Uint8Array {
  return encodeDer(Tag.sequence, algorithmIdentifier(algorithm), encodeBits(pkcs1))
}

function algorithmIdentifier({ hash, saltLength }: JwsAlgorithm): Uint8Array {
  const hashIdentifier = encodeDer(
    Tag.sequence,
    encodeObjectIdentifier(HASH_OIDS[hash as keyof typeof HASH_OIDS]),
    Uint8Array.of(Tag.null, 0),
  )
  const generator = encodeDer(Tag.sequence, encodeObjectIdentifier(OID_MGF1), hashIdentifier)
  const salt = encodeUnsigned(Uint8Array.of(saltLength as number))
  return encodeDer(
    Tag.sequence,
    encodeObjectIdentifier(OID_RSA_PSS),
    encodeDer(
      Tag.sequence,
      encodeDer(Tag.context0, hashIdentifier),
      encodeDer(Tag.context1, generator),
      encodeDer(Tag.context2, salt),
    ),
  )
}
