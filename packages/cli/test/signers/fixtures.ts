/**
 * What the tests of all signers share: an assertion signed and judged, a scratch directory, a check
 * for programs.
 * @module
 */

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { OKTA_PROFILE, signAssertion, verifyAssertion } from '@keygrant/core/assertion'
import { KeyError } from '@keygrant/core/errors'
import {
  importPublicKey,
  JWS_ALGORITHMS,
  type JwsAlgorithmName,
  type Signer,
} from '@keygrant/core/keys'
import { anEcPair, anEd25519Pair, anRsaPair } from '../../../core/test/keys/key-files.ts'
import { CommandError } from '../../src/command-error.ts'

const NOW = 1_700_000_000
const ISSUER = 'https://as.example'

/** A KeyObject of each type that a remote may hold, made once a process. */
export const localKeys = {
  'RSA-2048': anRsaPair().privateKey,
  'P-256': anEcPair().privateKey,
  'P-384': anEcPair('P-384').privateKey,
  'P-521': anEcPair('P-521').privateKey,
  Ed25519: anEd25519Pair().privateKey,
} as const satisfies Record<string, KeyObject>

/** A second P-256 key, which is never the right one. */
export const otherKey: KeyObject = anEcPair().privateKey

/** The private half as PKCS#8 PEM. */
export function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }) as string
}

/** The public half of either half. */
export function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key
}

const scratch = scratchDirectory()

/** Signs an assertion and has the server's rulebook judge it with the public key of the signer. */
export async function assertSignsAcceptedAssertion(signer: Signer, key?: KeyObject): Promise<void> {
  const assertion = await signAssertion({}, signer, {
    clientId: 'client',
    audience: ISSUER,
    now: NOW,
  })
  const publicKey =
    key === undefined
      ? signer.publicKey
      : await importPublicKey(publicHalf(key).export({ format: 'jwk' }), {
          kid: signer.kid,
        })
  const report = await verifyAssertion(assertion, {
    profile: OKTA_PROFILE,
    issuer: ISSUER,
    keys: [publicKey],
    now: NOW,
    replay: () => true,
    algorithms: JWS_ALGORITHMS,
  })
  assert.equal(report.accepted, true, JSON.stringify(report))
}

/** The error in words, as a person would see it: message, hint and exit code. */
export async function failureOf(
  work: () => unknown,
): Promise<{ readonly message: string; readonly hint: string; readonly exitCode: number }> {
  try {
    await work()
  } catch (error) {
    if (error instanceof CommandError) {
      return { message: error.message, hint: error.hint ?? '', exitCode: error.exitCode }
    }
    if (error instanceof KeyError) return { message: error.message, hint: '', exitCode: 3 }
    throw error
  }
  return assert.fail('expected a failure')
}

/** A directory that is gone when the tests of the file are over. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'keygrant-signers-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** `false` to run, or the reason to skip, said loudly, when programs are not installed. */
export function skipWithout(what: string, ...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => {
    const found = spawnSync(program, ['--help'], { stdio: 'ignore', timeout: 10_000 })
    return found.error !== undefined
  })
  return missing.length === 0
    ? false
    : `${what} is missing: no ${missing.join(', ')} on this machine`
}

/** Why tests that sign a digest as a service does are skipped, which Node alone can not do. */
export const skipServices: string | false = skipWithout('openssl', 'openssl')

const keyFiles = new Map<KeyObject, string>()

function keyFile(key: KeyObject): string {
  let file = keyFiles.get(key)
  if (file === undefined) {
    file = join(scratch, `${keyFiles.size}.pem`)
    writeFileSync(file, pemOf(key), { mode: 0o600 })
    keyFiles.set(key, file)
  }
  return file
}

/** What a service answers for a digest, or for the whole message with Ed25519: DER for ECDSA. */
export function signAsService(alg: JwsAlgorithmName, key: KeyObject, input: Uint8Array): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, input, key)
  const options = ['-pkeyopt', `digest:sha${alg.slice(2)}`]
  if (alg.startsWith('PS')) {
    options.push('-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:digest')
  }
  const args = ['pkeyutl', '-sign', '-inkey', keyFile(key), ...options]
  return execFileSync('openssl', args, { input, stdio: 'pipe' })
}

/** r || s of a DER ECDSA signature. */
export function joined(der: Buffer, octets: number): Buffer {
  const rAt = der[1] === 0x81 ? 3 : 2
  const rEnd = rAt + 2 + (der[rAt + 1] ?? 0)
  const scalar = (part: Buffer): Buffer =>
    Buffer.concat([Buffer.alloc(octets), part]).subarray(-octets)
  return Buffer.concat([scalar(der.subarray(rAt + 2, rEnd)), scalar(der.subarray(rEnd + 2))])
}

/** The algorithms of services, each with a local key that stands for the one over there. */
export const SERVICE_ALGORITHMS = [
  ['RS256', 'RSA-2048'],
  ['RS384', 'RSA-2048'],
  ['RS512', 'RSA-2048'],
  ['PS256', 'RSA-2048'],
  ['PS384', 'RSA-2048'],
  ['PS512', 'RSA-2048'],
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['EdDSA', 'Ed25519'],
  ['Ed25519', 'Ed25519'],
] as const satisfies readonly (readonly [JwsAlgorithmName, keyof typeof localKeys])[]

/** A promise that nobody keeps. */
export const never: Promise<never> = new Promise<never>(() => undefined)
