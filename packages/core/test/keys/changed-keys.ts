/**
 * Keys of every form with what happens to a file on its way, for properties of the reader.
 * @module
 */

import fc from 'fast-check'
import { anEcPair, anEd25519Pair, anRsaPair, pkcs8, spki } from './key-files.ts'

/** The passphrase of the encrypted ones. */
export const PASSPHRASE = 'a'

const rsa = anRsaPair()
const ec = anEcPair()

/** The pairs whose files are changed. */
export const PAIRS = [rsa, ec, anEcPair('P-521'), anEd25519Pair()] as const

/** Files that are octets. */
export const octetSeeds: readonly Uint8Array[] = [
  ...PAIRS.map(({ privateKey }) => privateKey.export({ format: 'der', type: 'pkcs8' })),
  ...PAIRS.map(({ publicKey }) => publicKey.export({ format: 'der', type: 'spki' })),
  rsa.privateKey.export({ format: 'der', type: 'pkcs1' }),
  rsa.publicKey.export({ format: 'der', type: 'pkcs1' }),
  ec.privateKey.export({ format: 'der', type: 'sec1' }),
  Buffer.from('openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\0'),
]

/** Files that are text. */
export const textSeeds: readonly string[] = [
  ...PAIRS.flatMap((pair) => [pkcs8(pair), spki(pair)]),
  ...PAIRS.map(({ privateKey }) => JSON.stringify(privateKey.export({ format: 'jwk' }))),
  JSON.stringify(pkcs8(rsa)),
  pkcs8(rsa).replaceAll('\n', '\\n'),
  Buffer.from(pkcs8(rsa)).toString('base64'),
  JSON.stringify({ type: 'service_account', private_key: pkcs8(rsa) }),
  JSON.stringify({ keys: PAIRS.map(({ publicKey }) => publicKey.export({ format: 'jwk' })) }),
  legacyPem(),
]

function legacyPem(): string {
  const { privateKey } = rsa
  const cipher = 'aes-128-cbc'
  const passphrase = PASSPHRASE
  return privateKey.export({ format: 'pem', type: 'pkcs1', cipher, passphrase }).toString()
}

const octet = fc.integer({ min: 0, max: 255 })
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** What happens to a file on its way: octets change, are lost, come twice, or from elsewhere. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: place, octet }),
  fc.record({
    kind: fc.constant('flip' as const),
    at: place,
    octet: fc.integer({ min: 0, max: 7 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place, octet }),
  fc.record({ kind: fc.constant('insert' as const), at: place, octet }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, octet }),
  fc.record({ kind: fc.constant('end' as const), at: place, octet }),
)
/** A few changes. */
export const changes = fc.array(change, { minLength: 1, maxLength: 5 })

/** Octets after some changes. */
export function changed(
  seed: Uint8Array,
  list: readonly { kind: string; at: number; octet: number }[],
): Uint8Array {
  let octets = [...seed]
  for (const { kind, at: where, octet: value } of list) {
    // Headers decide more than the numbers behind them: half of the changes go there.
    const at = Math.floor(where * where * octets.length)
    if (kind === 'set') octets[at] = value
    else if (kind === 'flip') octets[at] = (octets[at] ?? 0) ^ (1 << value)
    else if (kind === 'cut') octets.splice(at, value)
    else if (kind === 'insert') octets.splice(at, 0, value)
    else if (kind === 'repeat') octets.splice(at, 0, ...octets.slice(at, at + value))
    else octets = octets.slice(0, at)
  }
  return Uint8Array.from(octets)
}
