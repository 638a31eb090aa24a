/**
 * X.509 certificates (RFC 5280): only the public key in them is read.
 * @module
 */

import { Tag } from '../der.ts'
import { unsupported } from '../refusal.ts'
import type { DerReader } from './der-reader.ts'
import { readSubjectPublicKeyInfo } from './private-key-info.ts'

/** A request has version, subject, key and attributes; even a version 1 certificate has six parts. */
const REQUEST_PARTS = 4

/**
 * Reads the public key from the inside of a certificate. Does not check its signature, dates or
 * issuer: a certificate is no more than a container here.
 */
export function readCertificate(certificate: DerReader, form: string): Record<string, string> {
  const signed = certificate.inside(Tag.sequence)
  if (signed.optional(Tag.context0) === undefined && signed.tags().length <= REQUEST_PARTS) {
    throw unsupported(
      'this is a certificate request (CSR), which holds a public key only to ask for a certificate',
      'take the public key out: openssl req -in request.pem -noout -pubkey',
    )
  }
  signed.content(Tag.integer)
  signed.content(Tag.sequence)
  signed.content(Tag.sequence)
  signed.content(Tag.sequence)
  signed.content(Tag.sequence)
  return readSubjectPublicKeyInfo(signed.inside(Tag.sequence), form)
}
