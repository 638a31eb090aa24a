/**
 * Password-based encryption, PBES2 with PBKDF2 and AES-CBC (RFC 8018): encrypted PKCS#8, PKCS#12.
 * @module
 */

import { Tag } from '../der.ts'
import { unsupported } from '../refusal.ts'
import { Damage, DerReader } from './der-reader.ts'
import { decryptAes, source } from './aes.ts'
import { MAX_PBKDF2_ITERATIONS } from './limits.ts'
import { wrongPassphrase } from './passphrase.ts'

const OID_PBES2 = '1.2.840.113549.1.5.13'
const OID_PBKDF2 = '1.2.840.113549.1.5.12'
const OID_SCRYPT = '1.3.6.1.4.1.11591.4.11'
const OID_HMAC_SHA1 = '1.2.840.113549.2.7'

const HASHES: Readonly<Record<string, string>> = {
  [OID_HMAC_SHA1]: 'SHA-1',
  '1.2.840.113549.2.9': 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
}

/** Octets of the key, by cipher. */
const AES_CBC: Readonly<Record<string, number>> = {
  '2.16.840.1.101.3.4.1.2': 16,
  '2.16.840.1.101.3.4.1.22': 24,
  '2.16.840.1.101.3.4.1.42': 32,
}

const OTHER_CIPHERS: Readonly<Record<string, string>> = {
  '1.2.840.113549.3.7': '3DES',
  '1.2.840.113549.3.2': 'RC2',
  '1.3.14.3.2.7': 'DES',
  '2.16.840.1.101.3.4.1.6': 'AES-GCM',
  '2.16.840.1.101.3.4.1.26': 'AES-GCM',
  '2.16.840.1.101.3.4.1.46': 'AES-GCM',
}

/** What encrypts: the older schemes by their OID's beginning. */
const OLD_SCHEMES: readonly (readonly [prefix: string, name: string])[] = [
  ['1.2.840.113549.1.12.1.', 'RC4, RC2 or 3DES (PKCS#12 PBE)'],
  ['1.2.840.113549.1.5.', 'DES or RC2 (PBES1)'],
]

/** How to decrypt, and how much work it may still cost. */
export interface Pbes2Options {
  readonly form: string
  /** Gives the passphrase, or refuses; asked only when the encryption is one that is supported. */
  readonly passphrase: () => string
  /** What to do when the encryption is one that is not supported. */
  readonly fix: string
  /** Iterations that are left; each decryption takes its own away. */
  readonly budget: { iterations: number }
}

/** The fix for a PEM or DER key with an encryption that is not supported. */
export const FIX_PKCS8_ENCRYPTION =
  'encrypt it again: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out new.pem'

/** A new budget for the decryptions of one key. */
export function pbkdf2Budget(): { iterations: number } {
  return { iterations: MAX_PBKDF2_ITERATIONS }
}

/** Decrypts what an `AlgorithmIdentifier`, which is next in `reader`, says how to decrypt. */
export async function decryptPbes2(
  reader: DerReader,
  ciphertext: Uint8Array,
  { form, passphrase, fix, budget }: Pbes2Options,
): Promise<Uint8Array> {
  const refuse = (what: string): never => {
    throw unsupported(`the ${form} is encrypted with ${what}, which is not supported`, fix)
  }
  const identifier = reader.inside(Tag.sequence)
  const scheme = identifier.objectIdentifier()
  if (scheme !== OID_PBES2) {
    const old = OLD_SCHEMES.find(([prefix]) => scheme.startsWith(prefix))
    return refuse(old?.[1] ?? `an unknown scheme (${scheme})`)
  }
  const parameters = identifier.inside(Tag.sequence)
  const derivation = parameters.inside(Tag.sequence)
  const cipher = parameters.inside(Tag.sequence)
  const kdf = derivation.objectIdentifier()
  if (kdf !== OID_PBKDF2)
    return refuse(kdf === OID_SCRYPT ? 'scrypt' : `an unknown scheme (${kdf})`)
  const { salt, iterations, prf } = readPbkdf2(derivation.inside(Tag.sequence))
  const hash = HASHES[prf] ?? refuse(`an unknown hash (${prf})`)
  const cipherOid = cipher.objectIdentifier()
  const keyOctets =
    AES_CBC[cipherOid] ?? refuse(OTHER_CIPHERS[cipherOid] ?? `an unknown cipher (${cipherOid})`)
  const iv = cipher.content(Tag.octetString)
  if (iv.length !== 16 || ciphertext.length === 0 || ciphertext.length % 16 !== 0) {
    throw new Damage('its ciphertext is not whole')
  }
  if (iterations > budget.iterations) {
    throw unsupported(
      `the ${form} asks for ${iterations} PBKDF2 iterations; at most ${MAX_PBKDF2_ITERATIONS} are done`,
      'encrypt it again: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in key.pem -out new.pem',
    )
  }
  budget.iterations -= iterations
  const key = await pbkdf2(passphrase(), { hash, salt, iterations, octets: keyOctets })
  const plaintext = await decryptAes('AES-CBC', key, iv, ciphertext)
  if (plaintext === undefined) throw wrongPassphrase(form)
  return plaintext
}

function readPbkdf2(parameters: DerReader): { salt: Uint8Array; iterations: number; prf: string } {
  const salt = parameters.content(Tag.octetString)
  const iterations = parameters.smallNumber(Number.MAX_SAFE_INTEGER)
  if (iterations === 0) throw new Damage('it asks for no iterations')
  parameters.optional(Tag.integer)
  const prf = parameters.optional(Tag.sequence)
  return {
    salt,
    iterations,
    prf: prf === undefined ? OID_HMAC_SHA1 : new DerReader(prf).objectIdentifier(),
  }
}

async function pbkdf2(
  passphrase: string,
  how: { hash: string; salt: Uint8Array; iterations: number; octets: number },
): Promise<Uint8Array> {
  const secret = new TextEncoder().encode(passphrase)
  const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
  const { hash, iterations, octets } = how
  const parameters = { name: 'PBKDF2', hash, salt: source(how.salt), iterations }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, base, octets * 8))
}
