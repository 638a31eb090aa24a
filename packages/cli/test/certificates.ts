/**
 * X.509 certificates for tests of TLS, good and bad, without a tool: Node reads them and does not make them.
 * @module
 */

import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A certificate and its private key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  readonly subject: string
  /** DNS names and IPv4 addresses that it is for. */
  readonly names?: readonly string[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Who signs it. Default: it signs itself. */
  readonly issuer?: { readonly subject: string; readonly key: string }
  readonly isAuthority?: boolean
}

const DAY_MS = 86_400_000

/** Makes a certificate with an ECDSA P-256 key. */
export function aCertificate(options: CertificateOptions): Certificate {
  const { subject, names = [], issuer, isAuthority = false } = options
  const notBefore = options.notBefore ?? new Date(Date.now() - DAY_MS)
  const notAfter = options.notAfter ?? new Date(Date.now() + DAY_MS)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = pem(privateKey)
  const extensions = [
    extension('551d13', sequence(...(isAuthority ? [element(0x01, hex('ff'))] : []))),
    ...(names.length === 0 ? [] : [extension('551d11', sequence(...names.map(generalName)))]),
  ]
  const body = sequence(
    element(0xa0, integer('02')),
    integer(
      `01${Math.floor(Math.random() * 0xff_ff_ff)
        .toString(16)
        .padStart(6, '0')}`,
    ),
    ECDSA_WITH_SHA256,
    name(issuer?.subject ?? subject),
    sequence(time(notBefore), time(notAfter)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, issuer?.key ?? key)
  const octets = sequence(body, ECDSA_WITH_SHA256, element(0x03, hex('00'), signature))
  const lines = octets.toString('base64').match(/.{1,64}/g) ?? []
  const cert = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  // A certificate that can't be read is a fault of this file, not of what is tested.
  createPublicKey(cert)
  return { cert, key }
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const octets = Buffer.concat(content)
  const size = octets.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), octets])
}

function sequence(...content: readonly Buffer[]): Buffer {
  return element(0x30, ...content)
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

function integer(text: string): Buffer {
  return element(0x02, hex(text))
}

const ECDSA_WITH_SHA256 = sequence(element(0x06, hex('2a8648ce3d040302')))

function name(commonName: string): Buffer {
  const value = element(0x0c, Buffer.from(commonName))
  return sequence(element(0x31, sequence(element(0x06, hex('550403')), value)))
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return element(0x18, Buffer.from(text))
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(element(0x06, hex(oid)), element(0x04, value))
}

function generalName(text: string): Buffer {
  const isAddress = /^\d+(\.\d+){3}$/.test(text)
  return isAddress
    ? element(0x87, Buffer.from(text.split('.').map(Number)))
    : element(0x82, Buffer.from(text))
}
