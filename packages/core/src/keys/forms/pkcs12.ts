/**
 * PKCS#12 files (RFC 7292) as OpenSSL 3 and current Java write them: PBES2, HMAC-SHA-2 on top.
 * @module
 */

import { KeyError } from '../../errors.ts'
import { primitives } from '#primitives'
import { Tag } from '../der.ts'
import { unsupported } from '../refusal.ts'
import { Damage, DerReader } from './der-reader.ts'
import { source } from './aes.ts'
import { requirePassphrase, wrongPassphrase } from './passphrase.ts'
import { decryptPbes2, type Pbes2Options, pbkdf2Budget } from './pbes2.ts'

const OID_DATA = '1.2.840.113549.1.7.1'
const OID_ENCRYPTED_DATA = '1.2.840.113549.1.7.6'
const OID_KEY_BAG = '1.2.840.113549.1.12.10.1.1'
const OID_SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2'

/** Hash of the MAC: its name, its block, and how many iterations are done. */
const MACS: Readonly<Record<string, readonly [hash: string, block: number, iterations: number]>> = {
  '2.16.840.1.101.3.4.2.1': ['SHA-256', 64, 100_000],
  '2.16.840.1.101.3.4.2.2': ['SHA-384', 128, 20_000],
  '2.16.840.1.101.3.4.2.3': ['SHA-512', 128, 20_000],
}
const MAC_KEY = 3
const MAX_BAGS = 64

const FIX =
  'take the key out with OpenSSL 3: openssl pkcs12 -legacy -in key.p12 -nocerts -aes256 -out key.pem'

/** One key in a file, still in its bag. */
interface KeyBag {
  readonly isShrouded: boolean
  readonly content: DerReader
}

/**
 * Reads the private key of a PKCS#12 file as the octets of its PKCS#8. Certificates in the file are
 * not looked at.
 */
export async function readPkcs12(
  file: DerReader,
  form: string,
  passphrase: string | undefined,
): Promise<Uint8Array> {
  if (file.smallNumber(255) !== 3) throw new Damage('it has an unknown version')
  const authSafe = contentOf(file.inside(Tag.sequence), form)
  const mac = file.nextTag === Tag.sequence ? file.inside(Tag.sequence) : undefined
  file.end()
  const secret = await openingPassphrase(mac, authSafe, form, passphrase)
  const options = { form, passphrase: () => secret, fix: FIX, budget: pbkdf2Budget() }
  const bags = await findKeyBags(new DerReader(authSafe), options)
  const [bag] = bags
  if (bag === undefined) {
    throw new KeyError('ERR_KEY_NOT_FOUND', `the ${form} holds no private key`, {
      fix: 'export it again with the private key: openssl pkcs12 -export -inkey key.pem -in cert.pem',
    })
  }
  if (bags.length > 1) {
    throw new KeyError('ERR_KEY_AMBIGUOUS', `the ${form} holds ${bags.length} private keys`, {
      fix: 'export the one that is wanted into a file of its own',
    })
  }
  if (!bag.isShrouded) return bag.content.element()
  const info = bag.content.inside(Tag.sequence)
  const algorithm = new DerReader(info.element())
  return decryptPbes2(algorithm, info.content(Tag.octetString), options)
}

/** Without a passphrase the empty one is tried: files are often written with it. */
async function openingPassphrase(
  mac: DerReader | undefined,
  authSafe: Uint8Array,
  form: string,
  passphrase: string | undefined,
): Promise<string> {
  if (mac === undefined) return requirePassphrase(form, passphrase)
  const info = mac.inside(Tag.sequence)
  const algorithm = info.inside(Tag.sequence).objectIdentifier()
  const expected = info.content(Tag.octetString)
  const salt = mac.content(Tag.octetString)
  const iterations = mac.isAtEnd ? 1 : mac.smallNumber(Number.MAX_SAFE_INTEGER)
  const [hash, block, maxIterations] = MACS[algorithm] ?? []
  if (hash === undefined || block === undefined || maxIterations === undefined) {
    throw unsupported(
      algorithm === '1.3.14.3.2.26'
        ? `the ${form} is of the old kind (HMAC-SHA1, and mostly RC2 or 3DES), which is not supported`
        : `the ${form} is protected by a MAC that is not supported (${algorithm})`,
      FIX,
    )
  }
  if (iterations > maxIterations || salt.length > 1024) {
    throw unsupported(
      `the ${form} asks for ${iterations} iterations of its MAC; at most ${maxIterations} are done`,
      FIX,
    )
  }
  const given = passphrase ?? ''
  const password = bmpString(given)
  const key = await macKey({ hash, block, iterations }, password, salt)
  const parameters = { name: 'HMAC', hash }
  const imported = await crypto.subtle.importKey('raw', source(key), parameters, false, ['verify'])
  if (await crypto.subtle.verify('HMAC', imported, source(expected), source(authSafe))) return given
  requirePassphrase(form, passphrase)
  throw wrongPassphrase(form)
}

/** RFC 7292, appendix B.2, for a key of one hash: H^i(diversifier, salt, password). */
async function macKey(
  { hash, block, iterations }: { hash: string; block: number; iterations: number },
  password: Uint8Array,
  salt: Uint8Array,
): Promise<Uint8Array> {
  const diversifier = new Uint8Array(block).fill(MAC_KEY)
  let digest = Uint8Array.of(...diversifier, ...repeated(salt, block), ...repeated(password, block))
  for (let i = 0; i < iterations; i++) {
    digest =
      hash === 'SHA-256'
        ? ((await primitives.sha256(digest)) as Uint8Array<ArrayBuffer>)
        : new Uint8Array(await crypto.subtle.digest(hash, digest))
  }
  return digest
}

/** Repeated until whole blocks are full. */
function repeated(octets: Uint8Array, block: number): Uint8Array {
  const length = Math.ceil(octets.length / block) * block
  return Uint8Array.from({ length }, (_, i) => octets[i % octets.length] as number)
}

/** UTF-16BE with two zero octets at the end. */
function bmpString(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 2 + 2)
  for (let i = 0; i < text.length; i++) {
    octets[i * 2] = text.charCodeAt(i) >> 8
    octets[i * 2 + 1] = text.charCodeAt(i) & 255
  }
  return octets
}

/** Plain safes are read first: the key is mostly there, and certificates need not be decrypted. */
async function findKeyBags(authSafe: DerReader, options: Pbes2Options): Promise<readonly KeyBag[]> {
  const safes = authSafe.inside(Tag.sequence)
  const bags: KeyBag[] = []
  const encrypted: DerReader[] = []
  while (!safes.isAtEnd) {
    const safe = safes.inside(Tag.sequence)
    const type = safe.objectIdentifier()
    const content = safe.inside(Tag.context0)
    if (type === OID_DATA) bags.push(...keyBags(content.content(Tag.octetString)))
    else if (type === OID_ENCRYPTED_DATA) encrypted.push(content.inside(Tag.sequence))
    else throw unsupported(`the ${options.form} is encrypted to a certificate`, FIX)
  }
  if (bags.length > 0) return bags
  for (const data of encrypted) {
    data.smallNumber(2)
    const info = data.inside(Tag.sequence)
    info.objectIdentifier()
    const algorithm = new DerReader(info.element())
    bags.push(...keyBags(await decryptPbes2(algorithm, info.content(Tag.primitive0), options)))
  }
  return bags
}

function keyBags(safeContents: Uint8Array): KeyBag[] {
  const contents = new DerReader(safeContents).inside(Tag.sequence)
  const bags: KeyBag[] = []
  for (let count = 0; !contents.isAtEnd; count++) {
    if (count === MAX_BAGS) throw new Damage(`it holds more than ${MAX_BAGS} entries`)
    const bag = contents.inside(Tag.sequence)
    const type = bag.objectIdentifier()
    if (type !== OID_KEY_BAG && type !== OID_SHROUDED_KEY_BAG) continue
    const isShrouded = type === OID_SHROUDED_KEY_BAG
    bags.push({ isShrouded, content: bag.inside(Tag.context0) })
  }
  return bags
}

function contentOf(info: DerReader, form: string): Uint8Array {
  if (info.objectIdentifier() === OID_DATA) {
    return info.inside(Tag.context0).content(Tag.octetString)
  }
  throw unsupported(`the ${form} is signed with a certificate instead of a passphrase`, FIX)
}
