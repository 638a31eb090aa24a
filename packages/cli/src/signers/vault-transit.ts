/**
 * Keys in the Transit engine of HashiCorp Vault, and of OpenBao, over its HTTP API.
 * @module
 */

import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  createSigner,
  type JwsAlgorithm,
  type JwsAlgorithmName,
  type Signer,
} from '@keygrant/core/keys'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { quoteInput } from '../untrusted-text.ts'
import { SERVICE_TIMEOUT_MS, withDeadline } from './deadline.ts'
import {
  algorithmsFor,
  chooseAlgorithm,
  digestOf,
  readPublicHalf,
  type SignerOptions,
} from './remote-key.ts'
import { type FailureKind, saidBy, serviceFailure } from './service-failure.ts'

/** Which key, and how to reach it. */
export interface VaultTransitOptions extends SignerOptions {
  readonly key: string
  /** Where the Transit engine is mounted. Default: `transit`. */
  readonly mount?: string | undefined
  /** Default: the latest version when the signer is opened; it stays with that one. */
  readonly version?: number | undefined
  /** Such as `https://vault.example:8200`. */
  readonly address: string
  readonly token: string
  readonly namespace?: string | undefined
}

const WHO = 'Vault'
const ALGORITHMS: readonly JwsAlgorithmName[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
]
const HASHES = { 'SHA-256': 'sha2-256', 'SHA-384': 'sha2-384', 'SHA-512': 'sha2-512' } as const
const MOST_OCTETS = 256 * 1024

/**
 * Makes a signer of a key in Vault's Transit engine. A digest is sent, but for Ed25519, which has the
 * whole signing input sent. Needs `read` on `keys/NAME` and `update` on `sign/NAME`.
 */
export async function openVaultTransitSigner(options: VaultTransitOptions): Promise<Signer> {
  const { key, mount = 'transit' } = options
  const path = mount.split('/').map(encodeURIComponent).join('/')
  const name = encodeURIComponent(key)
  const described = await ask(options, `${path}/keys/${name}`)
  const version = options.version ?? Number(described['latest_version'])
  const publicKey = await readPublicHalf('Vault', () => publicHalf(described, version), options)
  const offered = algorithmsFor(publicKey, ALGORITHMS)
  const algorithm = chooseAlgorithm(WHO, offered, options.alg)
  return createSigner({
    publicKey,
    alg: algorithm.alg,
    async sign(signingInput) {
      const answer = await ask(options, `${path}/sign/${name}`, {
        ...parameters(algorithm, signingInput),
        key_version: version,
      })
      return readSignature(answer['signature'], version)
    },
  })
}

/** Where Vault is and who asks, from the variables that its own CLI reads. */
export async function vaultFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Pick<VaultTransitOptions, 'address' | 'token' | 'namespace'>> {
  const address = env['VAULT_ADDR'] ?? ''
  if (address === '') {
    throw new CommandError(
      ExitCode.usage,
      'it is not said where Vault is: VAULT_ADDR is not set',
      'set it like VAULT_ADDR=https://vault.example:8200',
    )
  }
  const token = env['VAULT_TOKEN'] ?? (await tokenFile(env['HOME'] ?? homedir()))
  if (token === undefined || token === '') {
    throw new CommandError(
      ExitCode.environment,
      'there is no token for Vault',
      'sign in with vault login, or set VAULT_TOKEN',
    )
  }
  return { address, token, namespace: env['VAULT_NAMESPACE'] }
}

async function tokenFile(home: string): Promise<string | undefined> {
  try {
    return (await readFile(join(home, '.vault-token'), 'utf8')).trim()
  } catch {
    return undefined
  }
}

function parameters(algorithm: JwsAlgorithm, signingInput: Uint8Array): object {
  const digest = digestOf(algorithm, signingInput)
  const input = Buffer.from(digest ?? signingInput).toString('base64')
  if (digest === undefined) return { input }
  return {
    input,
    prehashed: true,
    hash_algorithm: HASHES[algorithm.hash as keyof typeof HASHES],
    ...(algorithm.scheme === 'ECDSA'
      ? { marshaling_algorithm: 'jws' }
      : algorithm.saltLength === undefined
        ? { signature_algorithm: 'pkcs1v15' }
        : // Without it the salt would be as long as it can be.
          { signature_algorithm: 'pss', salt_length: 'hash' }),
  }
}

/** `vault:v1:` and the signature, in base64url where it was asked for in the JWS form, else in base64. */
function readSignature(value: unknown, version: number): Buffer {
  const text = typeof value === 'string' ? value : ''
  const [, signedWith, encoded] = /^vault:v(\d+):([\w+/-]+={0,2})$/.exec(text) ?? []
  if (encoded === undefined) {
    throw new CommandError(ExitCode.server, 'Vault answered without a signature')
  }
  if (Number(signedWith) === version) return Buffer.from(encoded, 'base64')
  throw new CommandError(
    ExitCode.server,
    `Vault signed with version ${signedWith} of the key where version ${version} was asked for`,
  )
}

function publicHalf(described: Readonly<Record<string, unknown>>, version: number): KeyObject {
  if (described['derived'] === true) {
    throw new CommandError(
      ExitCode.input,
      'the key in Vault is derived: it has another public key for each context',
      'create one without derived=true',
    )
  }
  const versions = asRecord(described['keys'])
  const known = Object.keys(versions).join(', ')
  if (known === '') {
    throw new CommandError(
      ExitCode.unreachable,
      'what answers at VAULT_ADDR says nothing of the key',
      'does VAULT_ADDR lead to Vault?',
    )
  }
  const entry = asRecord(versions[version])
  const text = entry['public_key']
  if (typeof text !== 'string' || text === '') {
    throw new CommandError(
      ExitCode.input,
      versions[version] === undefined
        ? `the key in Vault has no version ${version}; it has ${known.slice(0, 60)}`
        : 'the key in Vault is not for signing',
      'use a key of type rsa-2048, ecdsa-p256, ecdsa-p384, ecdsa-p521 or ed25519',
    )
  }
  if (text.startsWith('-----BEGIN')) return createPublicKey(text)
  // An Ed25519 key is given as its 32 octets.
  const x = Buffer.from(text, 'base64').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

/** One request; gives the `data` of the answer. */
async function ask(
  { address, token, namespace, timeoutMs = SERVICE_TIMEOUT_MS }: VaultTransitOptions,
  path: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const base = safeAddress(address)
  const headers: Record<string, string> = { 'x-vault-token': token, 'x-vault-request': 'true' }
  if (namespace !== undefined && namespace !== '') headers['x-vault-namespace'] = namespace
  return withDeadline({ who: WHO, timeoutMs }, async (signal) => {
    let response: Response
    let text: string
    try {
      response = await fetch(`${base}/v1/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        // A redirect would take the token along.
        redirect: 'manual',
        signal,
      })
      text = await readText(response)
    } catch (error) {
      if (error instanceof CommandError) throw error
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      throw serviceFailure({ who: WHO, kind: 'unreachable', said: saidBy(cause), hints: HINTS })
    }
    if (response.ok) return asRecord(asRecord(parse(text))['data'])
    throw refusal(response, text)
  })
}

/** The token goes wherever this leads, and must not be read on the way. */
function safeAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url !== undefined && url.username === '' && url.password === '') {
    const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) {
      return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
    }
    if (url.protocol === 'http:') {
      throw new CommandError(
        ExitCode.usage,
        'VAULT_ADDR is not https, so the token could be read on its way to Vault',
        'use https; plain http is for this machine alone',
      )
    }
  }
  throw new CommandError(
    ExitCode.usage,
    `${quoteInput(address)} is no address of a Vault server`,
    'set VAULT_ADDR like https://vault.example:8200',
  )
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > MOST_OCTETS) {
      throw new CommandError(
        ExitCode.unreachable,
        `Vault answered with more than ${MOST_OCTETS / 1024} KiB`,
        'does VAULT_ADDR lead to Vault?',
      )
    }
  }
  return text
}

function refusal(response: Response, text: string): CommandError {
  const { status } = response
  const { errors } = asRecord(parse(text))
  const words: string[] = Array.isArray(errors)
    ? errors.filter((entry) => typeof entry === 'string')
    : []
  const location = response.headers.get('location')
  // A standby node sends its callers to the active one.
  if (location !== null)
    words.push(`redirected to ${location.split('?')[0]}; set VAULT_ADDR to that`)
  const said = `${status}${words.length === 0 ? '' : `: ${words.join('; ')}`}`
  return serviceFailure({ who: WHO, kind: kindOf(status, said), said, hints: HINTS })
}

const STATUS: Readonly<Record<number, FailureKind>> = {
  400: 'invalid',
  403: 'denied',
  404: 'no-key',
  412: 'busy',
  429: 'busy',
  472: 'unreachable',
  473: 'unreachable',
  502: 'unreachable',
  503: 'unreachable',
}

const HINTS: Readonly<Partial<Record<FailureKind, string>>> = {
  denied:
    'the token may have expired (vault token lookup); its policy needs read on keys/NAME and update on sign/NAME',
  'no-key': 'look at the name of the key, at the mount and at VAULT_NAMESPACE',
  'key-unusable': 'look at its type and at min_encryption_version: vault read transit/keys/NAME',
  unreachable: 'look at VAULT_ADDR; if Vault is sealed, it has to be unsealed first',
}

function kindOf(status: number, said: string): FailureKind {
  if (status >= 300 && status < 400) return 'unreachable'
  if (/key not found/.test(said)) return 'no-key'
  if (status === 400 && /support|version|disallowed|policy/.test(said)) return 'key-unusable'
  return STATUS[status] ?? 'other'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
