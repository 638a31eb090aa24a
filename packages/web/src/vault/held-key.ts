/**
 * The private key, and what may be done with it. Nothing here knows a network, a page or a store.
 * @module
 */

import {
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  generateKey,
  importPrivateKey,
  JWS_ALGORITHMS,
  jwkThumbprint,
  jwsAlgorithm,
  type JwsAlgorithmName,
  KEY_KINDS,
  type KeyKind,
  type PrivateKey,
  readKey,
  supportedAlgorithms,
} from '@keygrant/core/keys'
import { base64urlText } from '../parts/base64url.ts'
import type { HeldKey, VaultRequest } from './messages.ts'

/** The two ways to write a private key. */
export type Encoding = 'jwk' | 'pem'

/** A private key that was read, and the form that it was in. */
export interface ReadKey {
  readonly key: PrivateKey
  /** In words for people, such as `PKCS#8 PEM`. */
  readonly form: string
}

/** What a person chooses from when a pair is made. */
export interface Choice {
  readonly name: string
  readonly kind: KeyKind
  readonly alg: JwsAlgorithmName
}

const CHOICES = [
  ['P-256', 'ES256'],
  ['RSA-2048', 'RS256'],
  ['RSA-3072', 'RS256'],
  ['RSA-4096', 'RS256'],
  ['RSA-2048', 'PS256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
  ['Ed25519', 'EdDSA'],
  ['ML-DSA-44', 'ML-DSA-44'],
] as const

/** The pairs that this browser can make. */
export function choices(): readonly Choice[] {
  const supported = new Set(supportedAlgorithms())
  return CHOICES.filter(([, alg]) => supported.has(alg)).map(([name, alg]) => ({
    name: `${alg} · ${name}`,
    kind: KEY_KINDS[name] as KeyKind,
    alg,
  }))
}

/** Makes a pair. */
export function make({ kind, alg }: Choice, kid: string): Promise<PrivateKey> {
  return generateKey(kind, { alg, ...(kid === '' ? undefined : { kid }) })
}

/**
 * Reads a private key in any form that core knows.
 *
 * @throws `KeyError` that names what was found, and the fix.
 */
export async function read(text: string, kid: string, passphrase: string): Promise<ReadKey> {
  const options = { ...(kid === '' ? undefined : { kid }), passphrase }
  const reading = await readKey(text, options)
  if (reading.half === 'private') return { key: reading.privateKey, form: reading.form }
  // A public key: core says why that will not do.
  return { key: await importPrivateKey(text, options), form: reading.form }
}

/** Writes the private key. It goes where the person puts it. */
export function write(key: PrivateKey, encoding: Encoding): string {
  return encoding === 'pem' ? exportPkcs8Pem(key) : JSON.stringify(exportPrivateJwk(key), null, 2)
}

/** What the page may know. */
export async function publicSide(key: PrivateKey): Promise<HeldKey> {
  const { publicKey } = key
  const supported = supportedAlgorithms()
  const fitting = JWS_ALGORITHMS.filter((name) => {
    const algorithm = jwsAlgorithm(name)
    return algorithm !== undefined && publicKey.fits(algorithm) && supported.includes(name)
  })
  return {
    jwk: { ...publicKey.jwk, kid: publicKey.kid },
    algorithms: [key.alg, ...fitting.filter((name) => name !== key.alg)],
    thumbprint: await jwkThumbprint(publicKey.jwk),
    pem: exportSpkiPem(publicKey),
  }
}

/** Signs what the page asks for: the compact form (RFC 7515, section 7.1) of a header and claims. */
export async function sign(
  held: PrivateKey,
  { alg, header, payload, isThrowaway }: Extract<VaultRequest, { type: 'sign' }>,
): Promise<string> {
  const algorithm = jwsAlgorithm(alg)
  const fitting = algorithm === undefined ? held : held.withAlgorithm(algorithm.alg)
  const key = isThrowaway ? await alike(fitting) : fitting
  const input = `${base64urlText(header)}.${base64urlText(payload)}`
  return `${input}.${base64urlText(await key.sign(utf8(input)))}`
}

/** Another key of the same kind. */
function alike(key: PrivateKey): Promise<PrivateKey> {
  const { kty, crv } = key.publicKey
  const kind = crv ?? (kty === 'RSA' ? 'RSA-2048' : key.alg)
  return generateKey(KEY_KINDS[kind] as KeyKind, { alg: key.alg })
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
