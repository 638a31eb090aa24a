/**
 * Telling what DER octets are by their structure alone, and reading the key in them.
 * @module
 */

import { KeyError } from '../../errors.ts'
import { Tag } from '../der.ts'
import { malformed, unsupported } from '../refusal.ts'
import { Damage, DerReader } from './der-reader.ts'
import type { FindOptions, FoundKey, Half } from './found-key.ts'
import { wrongPassphrase } from './passphrase.ts'
import { readRsaPrivateKey, readRsaPublicKey } from './pkcs1.ts'
import { readPrivateKeyInfo, readSubjectPublicKeyInfo } from './private-key-info.ts'
import { readEcPrivateKey } from './sec1.ts'
import { assertHalf } from './wrong-half.ts'
import { readCertificate } from './x509.ts'

/** The structures that are told apart. */
export type DerStructure =
  | 'PKCS#8'
  | 'encrypted PKCS#8'
  | 'PKCS#1'
  | 'PKCS#1 public key'
  | 'SEC1'
  | 'SPKI'
  | 'X.509 certificate'
  | 'PKCS#12'
  | 'PKCS#7'
  | 'DSA'

const { integer, sequence, octetString, bitString, objectIdentifier, context0 } = Tag

/** By the tags of the outermost elements; the first that fits. `true` lets more elements follow. */
const SHAPES: readonly (readonly [DerStructure, readonly number[], more: boolean])[] = [
  ['PKCS#8', [integer, sequence, octetString], true],
  ['SEC1', [integer, octetString], true],
  ['PKCS#1', Array<number>(9).fill(integer), true],
  ['DSA', Array<number>(6).fill(integer), false],
  ['PKCS#1 public key', [integer, integer], false],
  ['encrypted PKCS#8', [sequence, octetString], false],
  ['SPKI', [sequence, bitString], false],
  ['X.509 certificate', [sequence, sequence, bitString], false],
  ['PKCS#12', [integer, sequence], true],
  ['PKCS#7', [objectIdentifier, context0], false],
]

/** The half of a key pair that a structure holds. */
const HALVES: Readonly<Record<DerStructure, Half | undefined>> = {
  'PKCS#8': 'private',
  'encrypted PKCS#8': 'private',
  'PKCS#1': 'private',
  'PKCS#1 public key': 'public',
  SEC1: 'private',
  SPKI: 'public',
  'X.509 certificate': 'public',
  'PKCS#12': 'private',
  'PKCS#7': undefined,
  DSA: undefined,
}

/**
 * Reads a key from DER.
 *
 * @param nameForm Makes the name of the whole form from that of the structure: `PKCS#1 PEM`.
 */
export async function readDerKey(
  octets: Uint8Array,
  options: FindOptions,
  nameForm: (structure: string) => string,
): Promise<FoundKey> {
  const structure = structureOf(octets, nameForm('key'))
  const form = nameForm(structure)
  const half = HALVES[structure]
  if (half === undefined) throw otherStructure(structure, form)
  try {
    const outer = new DerReader(octets)
    const inside = outer.inside(Tag.sequence)
    outer.end()
    assertHalf(half, form, options)
    return {
      half,
      form,
      members: await readMembers(structure, inside, form, options),
      ...(structure === 'X.509 certificate' ? { isCertificate: true } : undefined),
    }
  } catch (error) {
    throw refusalOf(error, form)
  }
}

/** Damage as an error that names the form; any other error as it is. */
export function refusalOf(error: unknown, form: string): unknown {
  if (!(error instanceof Damage)) return error
  return malformed(
    `the ${form} is damaged: ${error.message}`,
    'copy or export the key again, whole and unchanged',
  )
}

async function readMembers(
  structure: DerStructure,
  inside: DerReader,
  form: string,
  { passphrase }: FindOptions,
): Promise<Readonly<Record<string, string>>> {
  switch (structure) {
    case 'PKCS#8':
      return readPrivateKeyInfo(inside, form)
    case 'PKCS#1':
      return readRsaPrivateKey(inside)
    case 'SEC1':
      return readEcPrivateKey(inside, form)
    case 'SPKI':
      return readSubjectPublicKeyInfo(inside, form)
    case 'PKCS#1 public key':
      return readRsaPublicKey(inside)
    case 'X.509 certificate':
      return readCertificate(inside, form)
    case 'encrypted PKCS#8': {
      const { readEncryptedPkcs8 } = await import('./encrypted-pkcs8.ts')
      return readDecrypted(await readEncryptedPkcs8(inside, form, passphrase), form)
    }
    default: {
      const { readPkcs12 } = await import('./pkcs12.ts')
      return readDecrypted(await readPkcs12(inside, form, passphrase), form)
    }
  }
}

/** Reads a key that was decrypted: what can't be read at all was decrypted with a wrong passphrase. */
function readDecrypted(octets: Uint8Array, form: string): Readonly<Record<string, string>> {
  try {
    return readPrivateKeyInfo(new DerReader(octets).inside(Tag.sequence), form)
  } catch (error) {
    throw error instanceof Damage ? wrongPassphrase(form) : error
  }
}

/** Reads a traditional key (PKCS#1 or SEC1) whose PEM body was encrypted. */
export async function readDecryptedKey(
  octets: Uint8Array,
  options: FindOptions,
  form: string,
): Promise<FoundKey> {
  try {
    return await readDerKey(octets, options, () => form)
  } catch (error) {
    const isGarbage = error instanceof KeyError && error.code === 'ERR_KEY_MALFORMED'
    throw isGarbage ? wrongPassphrase(form) : error
  }
}

function structureOf(octets: Uint8Array, form: string): DerStructure {
  try {
    const tags = new DerReader(octets).inside(Tag.sequence).tags()
    const shape = SHAPES.find(
      ([, wanted, more]) =>
        wanted.every((tag, i) => tag === tags[i]) && (more || tags.length === wanted.length),
    )
    if (shape !== undefined) return shape[0]
  } catch (error) {
    throw refusalOf(error, form)
  }
  throw unsupported(
    `the ${form} has a structure that is no private or public key`,
    'give a PKCS#8, PKCS#1, SEC1 or SPKI key, or a PKCS#12 file',
  )
}

function otherStructure(structure: DerStructure, form: string): KeyError {
  return structure === 'DSA'
    ? unsupported(
        `the ${form} holds a DSA key; it can not sign a JWT`,
        'make an RSA, P-256 or Ed25519 key pair',
      )
    : unsupported(
        `the ${form} holds certificates (PKCS#7) and no key`,
        'take the certificate out: openssl pkcs7 -print_certs -in file.p7b',
      )
}
