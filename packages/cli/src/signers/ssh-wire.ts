/**
 * The data types that SSH speaks in (RFC 4251, section 5), and its public keys and signatures.
 * @module
 */

import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** Octets that are not what the format says. */
export class SshFault extends Error {}

/** Reads SSH data types one after another. */
export class SshReader {
  readonly #octets: Buffer
  #at = 0

  constructor(octets: Buffer) {
    this.#octets = octets
  }

  get isAtEnd(): boolean {
    return this.#at === this.#octets.length
  }

  byte(): number {
    return this.#take(1).readUInt8()
  }

  uint32(): number {
    return this.#take(4).readUInt32BE()
  }

  string(): Buffer {
    return this.#take(this.uint32())
  }

  text(): string {
    return this.string().toString('utf8')
  }

  /** The magnitude of a positive multiple precision integer, without leading zeros. */
  unsigned(): Buffer {
    const octets = this.string()
    if ((octets[0] ?? 0) > 127) throw new SshFault('negative integer')
    let at = 0
    while (octets[at] === 0) at++
    return octets.subarray(at)
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#octets.length) throw new SshFault('truncated')
    const octets = this.#octets.subarray(this.#at, end)
    this.#at = end
    return octets
  }
}

/** A string with its length before it. */
export function encodeSshString(octets: Uint8Array | string): Buffer {
  const content = Buffer.from(octets)
  return Buffer.concat([encodeUint32(content.length), content])
}

/** Four octets, the highest first. */
export function encodeUint32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}

/** `SHA256:…`, as ssh-keygen -l and ssh-add -l show it. */
export function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** The key type that a public key blob begins with, such as `ssh-ed25519`. */
export function sshKeyType(blob: Buffer): string {
  return new SshReader(blob).text()
}

const CURVES: Readonly<Record<string, { readonly crv: string; readonly octets: number }>> = {
  nistp256: { crv: 'P-256', octets: 32 },
  nistp384: { crv: 'P-384', octets: 48 },
  nistp521: { crv: 'P-521', octets: 66 },
}

/** The public key of a blob; `undefined` when it is of a type that can not sign a JWT. */
export function keyFromSshBlob(blob: Buffer): KeyObject | undefined {
  const reader = new SshReader(blob)
  const type = reader.text()
  const jwk = jwkOf(type, reader)
  if (jwk === undefined) return undefined
  if (!reader.isAtEnd) throw new SshFault('trailing octets')
  return createPublicKey({ key: jwk, format: 'jwk' })
}

function jwkOf(type: string, reader: SshReader): Record<string, string> | undefined {
  if (type === 'ssh-ed25519') {
    return { kty: 'OKP', crv: 'Ed25519', x: reader.string().toString('base64url') }
  }
  if (type === 'ssh-rsa') {
    const e = reader.unsigned().toString('base64url')
    return { kty: 'RSA', e, n: reader.unsigned().toString('base64url') }
  }
  if (!type.startsWith('ecdsa-sha2-')) return undefined
  const name = reader.text()
  const curve = CURVES[name]
  if (curve === undefined || type !== `ecdsa-sha2-${name}`) return undefined
  const point = reader.string()
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.octets) {
    throw new SshFault('not an uncompressed point')
  }
  return {
    kty: 'EC',
    crv: curve.crv,
    x: point.subarray(1, 1 + curve.octets).toString('base64url'),
    y: point.subarray(1 + curve.octets).toString('base64url'),
  }
}

/** A signature as SSH writes it: the name of its algorithm, and what that algorithm defines. */
export interface SshSignature {
  /** Such as `rsa-sha2-256`. */
  readonly format: string
  /** In the form that JWS wants: r || s for ECDSA, as long as the modulus for RSA. */
  readonly signature: Buffer
}

/** Reads a signature blob; `octets` is the length of the signature in its JWS form. */
export function readSshSignature(blob: Buffer, octets: number): SshSignature {
  const reader = new SshReader(blob)
  const format = reader.text()
  const content = reader.string()
  if (!reader.isAtEnd) throw new SshFault('trailing octets')
  if (!format.startsWith('ecdsa-sha2-')) {
    // Old agents leave the leading zeros of an RSA signature out.
    return { format, signature: format === 'ssh-ed25519' ? content : padded(content, octets) }
  }
  const scalars = new SshReader(content)
  const halves = [scalars.unsigned(), scalars.unsigned()]
  if (!scalars.isAtEnd) throw new SshFault('trailing octets')
  return { format, signature: Buffer.concat(halves.map((half) => padded(half, octets / 2))) }
}

function padded(octets: Buffer, length: number): Buffer {
  if (octets.length > length) throw new SshFault('longer than the key')
  return Buffer.concat([Buffer.alloc(length - octets.length), octets])
}
