/**
 * Key files for tests: made when the test runs, by Node, by OpenSSL and by ssh-keygen.
 * @module
 */

import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after } from 'node:test'
import { importPublicKey } from '@keygrant/core/keys'

/** The passphrase of every encrypted key here; its letters tell UTF-8 from other encodings. */
export const PASSPHRASE = 'Fußgänger-Übergang'

/** A key pair of Node. */
export interface NodeKeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/**
 * The same pair, read. Node 20 waits for ever, about once in ten thousand times, when a pair that was just made is exported as
 * a JWK while the garbage of making it is collected.
 */
function read({ privateKey }: NodeKeyPair): NodeKeyPair {
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return { privateKey: key, publicKey: createPublicKey(key) }
}

/** An RSA key pair of 2048 bits. */
export function anRsaPair(): NodeKeyPair {
  return read(generateKeyPairSync('rsa', { modulusLength: 2048 }))
}

/** An EC key pair. */
export function anEcPair(namedCurve = 'P-256'): NodeKeyPair {
  return read(generateKeyPairSync('ec', { namedCurve }))
}

/** An Ed25519 key pair. */
export function anEd25519Pair(): NodeKeyPair {
  return read(generateKeyPairSync('ed25519'))
}

/** PKCS#8 PEM of a private key. */
export function pkcs8({ privateKey }: NodeKeyPair): string {
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

/** SPKI PEM of a public key. */
export function spki({ publicKey }: NodeKeyPair): string {
  return publicKey.export({ format: 'pem', type: 'spki' }).toString()
}

/** The thumbprint that a key must have, however it is read. */
export async function thumbprintOf({ publicKey }: NodeKeyPair): Promise<string> {
  return (await importPublicKey(publicKey.export({ format: 'jwk' }))).kid
}

/** `false` to run, or the reason to skip tests that need the program. */
export const skipWithoutOpenssl: string | false = skipWithout('openssl', ['version'])
/** As {@link skipWithoutOpenssl}, for OpenSSH's ssh-keygen, which has no harmless option. */
export const skipWithoutSshKeygen: string | false = skipWithout('ssh-keygen', ['-?'])

function skipWithout(program: string, args: readonly string[]): string | false {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return false
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return isMissing ? `${program} is missing: install it to run this test` : false
  }
}

/** A folder that is gone after the tests, and programs that run in it. */
export class KeyFolder {
  readonly #path = mkdtempSync(join(tmpdir(), 'keygrant-keys-'))

  constructor() {
    after(() => rmSync(this.#path, { recursive: true }))
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#path, name), content, { mode: 0o600 })
  }

  read(name: string): Buffer {
    return readFileSync(join(this.#path, name))
  }

  openssl(...args: readonly string[]): string {
    return this.#run('openssl', args)
  }

  sshKeygen(...args: readonly string[]): string {
    return this.#run('ssh-keygen', ['-q', ...args])
  }

  /** Runs a command line as an error's fix states it. */
  shell(command: string): string {
    return this.#run('sh', ['-c', command])
  }

  #run(program: string, args: readonly string[]): string {
    return execFileSync(program, args, {
      cwd: this.#path,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    })
  }
}

const corpora = fileURLToPath(new URL('../../../../../shared/corpora/', import.meta.url))

/** Reads a file of the corpora as it is; `undefined` when there is none of that name. */
export function readCorpusFile(path: string): Buffer | undefined {
  return existsSync(corpora + path) ? readFileSync(corpora + path) : undefined
}
