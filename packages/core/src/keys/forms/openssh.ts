/**
 * OpenSSH keys: the private key file (PROTOCOL.key) and the public key line (RFC 4253).
 * @module
 */

import { decryptAes, decryptAesCbcUnpadded } from './aes.ts'
import { unsupported } from '../refusal.ts'
import { Damage } from './der-reader.ts'
import { MAX_BCRYPT_ROUNDS } from './limits.ts'
import { coordinates, type EcCurve, magnitude, member, scalar } from './member.ts'
import { requirePassphrase, wrongPassphrase } from './passphrase.ts'

const MAGIC = 'openssh-key-v1\0'

const EC_CURVES: Readonly<Record<string, EcCurve>> = {
  nistp256: 'P-256',
  nistp384: 'P-384',
  nistp521: 'P-521',
}

/** Octets of key and IV, and the mode, by cipher. */
const CIPHERS = {
  'aes128-ctr': ['AES-CTR', 16, 16],
  'aes192-ctr': ['AES-CTR', 24, 16],
  'aes256-ctr': ['AES-CTR', 32, 16],
  'aes128-cbc': ['AES-CBC', 16, 16],
  'aes256-cbc': ['AES-CBC', 32, 16],
  'aes256-gcm@openssh.com': ['AES-GCM', 32, 12],
} as const

const FIX_CONVERT = 'convert it: ssh-keygen -p -m PKCS8 -f KEY'
const TAG_OCTETS = 16

/** Whether octets begin as an OpenSSH private key. */
export function isOpensshKey(octets: Uint8Array): boolean {
  return latin1(octets.subarray(0, MAGIC.length)) === MAGIC
}

/** Reads an OpenSSH private key into JWK members; RSA keys come without `dp` and `dq`. */
export async function readOpensshPrivateKey(
  octets: Uint8Array,
  form: string,
  passphrase: string | undefined,
): Promise<Record<string, string>> {
  if (!isOpensshKey(octets)) throw new Damage('it does not begin as such a key')
  const file = new SshReader(octets.subarray(MAGIC.length))
  const cipher = file.text()
  const kdf = file.text()
  const kdfOptions = file.string()
  if (file.number() !== 1) {
    throw unsupported(`the ${form} holds more than one key`, 'keep one key in each file')
  }
  file.string()
  const body = file.string()
  const secret =
    cipher === 'none' && kdf === 'none'
      ? body
      : await decrypt({ cipher, kdf, kdfOptions, body, rest: file.rest() }, form, passphrase)
  const section = new SshReader(secret)
  if (section.number() !== section.number()) throw wrongPassphrase(form)
  return readKey(section, form)
}

/** Reads an OpenSSH public key: the octets that stand in base64 on its line. */
export function readOpensshPublicKey(octets: Uint8Array, form: string): Record<string, string> {
  const reader = new SshReader(octets)
  const type = reader.text()
  if (type === 'ssh-rsa') {
    const e = magnitude(reader.string())
    return { kty: 'RSA', n: magnitude(reader.string()), e }
  }
  if (type === 'ssh-ed25519') return { kty: 'OKP', crv: 'Ed25519', x: member(reader.string()) }
  const crv = curveOf(type)
  if (crv === undefined) throw otherKind(type, form)
  reader.string()
  return { kty: 'EC', crv, ...coordinates(reader.string()) }
}

function readKey(section: SshReader, form: string): Record<string, string> {
  const type = section.text()
  if (type === 'ssh-rsa') {
    const members: Record<string, string> = { kty: 'RSA' }
    for (const name of ['n', 'e', 'd', 'qi', 'p', 'q']) members[name] = magnitude(section.string())
    return members
  }
  if (type === 'ssh-ed25519') {
    const x = section.string()
    const seed = section.string().subarray(0, 32)
    return { kty: 'OKP', crv: 'Ed25519', x: member(x), d: member(seed) }
  }
  const crv = curveOf(type)
  if (crv === undefined) throw otherKind(type, form)
  section.string()
  const point = section.string()
  return { kty: 'EC', crv, ...coordinates(point), d: scalar(crv, section.string()) }
}

function curveOf(type: string): EcCurve | undefined {
  const name = /^ecdsa-sha2-(nistp256|nistp384|nistp521)$/.exec(type)?.[1]
  return name === undefined ? undefined : EC_CURVES[name]
}

function otherKind(type: string, form: string): Error {
  const kind = type.startsWith('sk-')
    ? 'a key that stays in a security key'
    : type === 'ssh-dss'
      ? 'a DSA key'
      : 'a key of an unknown kind'
  return unsupported(
    `the ${form} is ${kind}; it can not sign a JWT here`,
    'make an RSA, P-256 or Ed25519 key pair',
  )
}

interface Encrypted {
  readonly cipher: string
  readonly kdf: string
  readonly kdfOptions: Uint8Array
  readonly body: Uint8Array
  /** What follows the body: the tag of a cipher that has one. */
  readonly rest: Uint8Array
}

async function decrypt(
  { cipher, kdf, kdfOptions, body, rest }: Encrypted,
  form: string,
  passphrase: string | undefined,
): Promise<Uint8Array> {
  if (kdf !== 'bcrypt' || !Object.hasOwn(CIPHERS, cipher)) {
    throw unsupported(
      `the ${form} is encrypted in a way that is not supported (${label(cipher)}, ${label(kdf)})`,
      FIX_CONVERT,
    )
  }
  const [mode, keyOctets, ivOctets] = CIPHERS[cipher as keyof typeof CIPHERS]
  const options = new SshReader(kdfOptions)
  const salt = options.string()
  const rounds = options.number()
  if (rounds === 0 || salt.length === 0 || salt.length > 1024) {
    throw new Damage('its key derivation has no rounds or no proper salt')
  }
  if (rounds > MAX_BCRYPT_ROUNDS) {
    throw unsupported(
      `the ${form} asks for ${rounds} bcrypt rounds; at most ${MAX_BCRYPT_ROUNDS} are done`,
      FIX_CONVERT,
    )
  }
  const secret = new TextEncoder().encode(requirePassphrase(form, passphrase))
  const { bcryptPbkdf } = await import('./bcrypt-pbkdf.ts')
  const derived = await bcryptPbkdf(secret, salt, rounds, keyOctets + ivOctets)
  const iv = derived.subarray(keyOctets)
  const key = derived.subarray(0, keyOctets)
  if (body.length === 0 || body.length % 16 !== 0) throw new Damage('its ciphertext is not whole')
  const plaintext =
    mode === 'AES-CBC'
      ? await decryptAesCbcUnpadded(key, iv, body)
      : await decryptAes(mode, key, iv, mode === 'AES-GCM' ? joined(body, rest) : body)
  if (plaintext === undefined) throw wrongPassphrase(form)
  return plaintext
}

/** The tag of a cipher that has one stands behind the body. */
function joined(body: Uint8Array, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(body.length + TAG_OCTETS)
  whole.set(body)
  whole.set(rest.subarray(0, TAG_OCTETS), body.length)
  return whole
}

/** The name of an algorithm, cut to what such a name can be. */
function label(name: string): string {
  return /^[a-z0-9@.-]{1,40}$/.test(name) ? name : 'unknown'
}

function latin1(octets: Uint8Array): string {
  return String.fromCharCode(...octets.subarray(0, 64))
}

/** Reads the `string` and `uint32` of SSH (RFC 4251, section 5). */
class SshReader {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  number(): number {
    const [a = 0, b = 0, c = 0, d] = this.#take(4)
    return ((a << 24) | (b << 16) | (c << 8) | (d as number)) >>> 0
  }

  string(): Uint8Array {
    return this.#take(this.number())
  }

  text(): string {
    return latin1(this.string())
  }

  rest(): Uint8Array {
    return this.#octets.subarray(this.#at)
  }

  #take(length: number): Uint8Array {
    const octets = this.#octets.subarray(this.#at, this.#at + length)
    if (octets.length !== length) throw new Damage('it ends too early')
    this.#at += length
    return octets
  }
}
