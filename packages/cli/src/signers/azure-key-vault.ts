/**
 * Keys in Azure Key Vault and Managed HSM.
 * @module
 */

import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createSigner, type JwsAlgorithmName, type Signer } from '@keygrant/core/keys'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { SERVICE_TIMEOUT_MS } from './deadline.ts'
import {
  algorithmsFor,
  chooseAlgorithm,
  digestOf,
  readPublicHalf,
  type SignerOptions,
} from './remote-key.ts'
import { askService, type FailureKind, isNetworkError } from './service-failure.ts'

/** The part of `KeyClient` and `CryptographyClient` of `@azure/keyvault-keys` that is used. */
export interface AzureKeyVaultClient {
  /** `KeyClient.getKey` */
  getKey(
    name: string,
    options: { readonly version?: string; readonly abortSignal: AbortSignal },
  ): Promise<AzureKey>
  /** `new CryptographyClient(keyId, credential).sign` */
  sign(
    keyId: string,
    algorithm: AzureSigningAlgorithm,
    digest: Uint8Array,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{ readonly result: Uint8Array; readonly keyID?: string }>
}

/** Azure's names are those of JWA. */
export type AzureSigningAlgorithm =
  'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512'

/** What the service says of a key. */
export interface AzureKey {
  /** The URL of the key with its version. */
  readonly id?: string | undefined
  readonly key?: AzureJsonWebKey | undefined
  readonly properties?: { readonly enabled?: boolean | undefined } | undefined
}

/** A JWK whose members are octets, and whose `kty` says where the key is. */
export interface AzureJsonWebKey {
  /** `RSA`, `RSA-HSM`, `EC`, `EC-HSM`, `oct` or `oct-HSM`. */
  readonly kty?: string | undefined
  readonly crv?: string | undefined
  readonly keyOps?: readonly string[] | undefined
  readonly n?: Uint8Array | undefined
  readonly e?: Uint8Array | undefined
  readonly x?: Uint8Array | undefined
  readonly y?: Uint8Array | undefined
}

/** Which key. */
export interface AzureKeyVaultOptions extends SignerOptions {
  readonly name: string
  /** Default: the version that is current when the signer is opened; it stays with that one. */
  readonly version?: string | undefined
}

const WHO = 'Azure Key Vault'
const ALGORITHMS: readonly JwsAlgorithmName[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512'] as const),
]

/** Makes a signer of a key in Azure Key Vault. Only a digest is sent. Needs the key permissions `get` and `sign`. */
export async function openAzureKeyVaultSigner(
  client: AzureKeyVaultClient,
  options: AzureKeyVaultOptions,
): Promise<Signer> {
  const { name, version, timeoutMs = SERVICE_TIMEOUT_MS } = options
  const service = { who: WHO, timeoutMs, kindOf, hints: HINTS }
  const { id, key, properties } = await askService(service, (abortSignal) =>
    client.getKey(name, version === undefined ? { abortSignal } : { version, abortSignal }),
  )
  if (properties?.enabled === false) {
    throw new CommandError(ExitCode.input, 'the key in Azure Key Vault is disabled', 'enable it')
  }
  if (id === undefined || key === undefined || key.keyOps?.includes('sign') === false) {
    throw new CommandError(
      ExitCode.input,
      'the key in Azure Key Vault is not for signing',
      'its key operations must hold "sign"',
    )
  }
  const publicKey = await readPublicHalf(
    WHO,
    () => createPublicKey({ key: plainJwk(key), format: 'jwk' }),
    options,
  )
  const algorithm = chooseAlgorithm(WHO, algorithmsFor(publicKey, ALGORITHMS), options.alg)
  return createSigner({
    publicKey,
    alg: algorithm.alg,
    async sign(signingInput) {
      const digest = digestOf(algorithm, signingInput) as Buffer
      const alg = algorithm.alg as AzureSigningAlgorithm
      const { result } = await askService(service, (abortSignal) =>
        client.sign(id, alg, digest, { abortSignal }),
      )
      return result
    },
  })
}

function plainJwk({ kty = '', crv, n, e, x, y }: AzureJsonWebKey): JsonWebKey {
  const text = (octets: Uint8Array | undefined): string =>
    Buffer.from(octets ?? []).toString('base64url')
  const plain = kty.replace(/-HSM$/, '')
  if (plain === 'RSA') return { kty: plain, n: text(n), e: text(e) }
  return { kty: plain, crv: crv ?? '', x: text(x), y: text(y) }
}

/** By the status of the answer. */
const STATUS: Readonly<Record<number, FailureKind>> = {
  400: 'invalid',
  401: 'credentials',
  403: 'denied',
  404: 'no-key',
  409: 'key-unusable',
  429: 'busy',
  500: 'busy',
  503: 'busy',
}

const CREDENTIALS =
  /^(CredentialUnavailable|AggregateAuthentication|Authentication(Required)?)Error$/

const HINTS: Readonly<Partial<Record<FailureKind, string>>> = {
  denied:
    'give this identity the role Key Vault Crypto User (or the key permissions get and sign), and see that the firewall of the vault lets it in',
  credentials:
    'sign in (az login), or set AZURE_CLIENT_ID, AZURE_TENANT_ID and what goes with them',
  'no-key': 'look at the name of the vault, of the key and at the version',
  unreachable: 'look at the name of the vault and at the network',
}

function kindOf(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'other'
  if (CREDENTIALS.test(error.name)) return 'credentials'
  const kind = 'statusCode' in error ? STATUS[Number(error.statusCode)] : undefined
  if (kind !== undefined) return kind
  const isUnsent = 'code' in error && error.code === 'REQUEST_SEND_ERROR'
  return isUnsent || isNetworkError(error) ? 'unreachable' : 'other'
}
