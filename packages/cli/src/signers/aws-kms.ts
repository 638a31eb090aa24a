/**
 * Keys in AWS KMS.
 * @module
 */

import { createPublicKey } from 'node:crypto'
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

/** The part of `KMS` of `@aws-sdk/client-kms` that is used. */
export interface AwsKmsClient {
  getPublicKey(
    input: { readonly KeyId: string },
    options: AwsRequestOptions,
  ): Promise<{
    readonly PublicKey?: Uint8Array | undefined
    readonly KeyUsage?: string | undefined
    readonly SigningAlgorithms?: readonly string[] | undefined
    readonly KeyId?: string | undefined
  }>
  sign(
    input: {
      readonly KeyId: string
      readonly Message: Uint8Array
      readonly MessageType: 'DIGEST' | 'RAW'
      readonly SigningAlgorithm: AwsSigningAlgorithm
    },
    options: AwsRequestOptions,
  ): Promise<{ readonly Signature?: Uint8Array | undefined }>
}

/** Options of one request. */
export interface AwsRequestOptions {
  readonly abortSignal: AbortSignal
}

/** AWS's names of the algorithms that JWS has. */
export type AwsSigningAlgorithm =
  | 'RSASSA_PKCS1_V1_5_SHA_256'
  | 'RSASSA_PKCS1_V1_5_SHA_384'
  | 'RSASSA_PKCS1_V1_5_SHA_512'
  | 'RSASSA_PSS_SHA_256'
  | 'RSASSA_PSS_SHA_384'
  | 'RSASSA_PSS_SHA_512'
  | 'ECDSA_SHA_256'
  | 'ECDSA_SHA_384'
  | 'ECDSA_SHA_512'
  | 'ED25519_SHA_512'

/** Which key. */
export interface AwsKmsOptions extends SignerOptions {
  /** A key ID, a key ARN, an alias (`alias/…`) or an alias ARN. */
  readonly keyId: string
}

const WHO = 'AWS KMS'
/** AWS's limit for a message that is not a digest. */
const LONGEST_MESSAGE = 4096

const ALGORITHMS = {
  RS256: 'RSASSA_PKCS1_V1_5_SHA_256',
  RS384: 'RSASSA_PKCS1_V1_5_SHA_384',
  RS512: 'RSASSA_PKCS1_V1_5_SHA_512',
  PS256: 'RSASSA_PSS_SHA_256',
  PS384: 'RSASSA_PSS_SHA_384',
  PS512: 'RSASSA_PSS_SHA_512',
  ES256: 'ECDSA_SHA_256',
  ES384: 'ECDSA_SHA_384',
  ES512: 'ECDSA_SHA_512',
  EdDSA: 'ED25519_SHA_512',
  Ed25519: 'ED25519_SHA_512',
} as const satisfies Readonly<Partial<Record<JwsAlgorithmName, AwsSigningAlgorithm>>>

/**
 * Makes a signer of a key in AWS KMS. A digest is sent, but for Ed25519, which has the whole signing
 * input sent. Needs `kms:GetPublicKey` and `kms:Sign`.
 */
export async function openAwsKmsSigner(
  client: AwsKmsClient,
  options: AwsKmsOptions,
): Promise<Signer> {
  const { keyId, timeoutMs = SERVICE_TIMEOUT_MS } = options
  const service = { who: WHO, timeoutMs, kindOf, hints: HINTS }
  const asked = await askService(service, (abortSignal) =>
    client.getPublicKey({ KeyId: keyId }, { abortSignal }),
  )
  const { PublicKey: spki, KeyUsage: usage, SigningAlgorithms: names, KeyId: arn = keyId } = asked
  if (usage !== 'SIGN_VERIFY' || spki === undefined) {
    throw new CommandError(
      ExitCode.input,
      `the key in AWS KMS is not for signing${usage === undefined ? '' : ` (KeyUsage ${usage.slice(0, 40)})`}`,
      'create one with KeyUsage SIGN_VERIFY',
    )
  }
  const publicKey = await readPublicHalf(
    WHO,
    () => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }),
    options,
  )
  const supported = Object.keys(ALGORITHMS) as (keyof typeof ALGORITHMS)[]
  const offered = algorithmsFor(publicKey, supported).filter(
    (alg) => names?.includes(ALGORITHMS[alg as keyof typeof ALGORITHMS]) ?? true,
  )
  const algorithm = chooseAlgorithm(WHO, offered, options.alg)
  return createSigner({
    publicKey,
    alg: algorithm.alg,
    async sign(signingInput) {
      const digest = digestOf(algorithm, signingInput)
      if (digest === undefined && signingInput.length > LONGEST_MESSAGE) {
        throw new CommandError(
          ExitCode.input,
          `AWS KMS signs at most ${LONGEST_MESSAGE} octets with Ed25519; these are ${signingInput.length}`,
          'use fewer claims, or an ECDSA or RSA key, for which only a digest is sent',
        )
      }
      const input = {
        // The key that the alias led to when its public half was read.
        KeyId: arn,
        Message: digest ?? signingInput,
        MessageType: digest === undefined ? ('RAW' as const) : ('DIGEST' as const),
        SigningAlgorithm: ALGORITHMS[algorithm.alg as keyof typeof ALGORITHMS],
      }
      const answer = await askService(service, (abortSignal) => client.sign(input, { abortSignal }))
      return answer.Signature ?? new Uint8Array()
    },
  })
}

/** By the names of AWS's exceptions. */
const EXCEPTIONS: Readonly<Record<string, FailureKind>> = {
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
  UnrecognizedClientException: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidSignatureException: 'credentials',
  ExpiredTokenException: 'credentials',
  ExpiredToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  NotFoundException: 'no-key',
  InvalidArnException: 'no-key',
  DisabledException: 'key-unusable',
  KMSInvalidStateException: 'key-unusable',
  InvalidKeyUsageException: 'key-unusable',
  UnsupportedOperationException: 'key-unusable',
  KeyUnavailableException: 'busy',
  ThrottlingException: 'busy',
  LimitExceededException: 'busy',
  DependencyTimeoutException: 'busy',
  KMSInternalException: 'busy',
  ValidationException: 'invalid',
  InvalidGrantTokenException: 'denied',
  TimeoutError: 'unreachable',
}

const HINTS: Readonly<Partial<Record<FailureKind, string>>> = {
  denied: 'allow kms:GetPublicKey and kms:Sign on the key to this identity',
  credentials: 'sign in (aws sso login), or set AWS_PROFILE or the AWS_ credentials',
  'no-key': 'look at the account and the region; an alias begins with alias/',
  'key-unusable': 'it must be enabled, asymmetric, and have KeyUsage SIGN_VERIFY',
  invalid: 'look at the key ID, ARN or alias, and set the region: ?region=… or AWS_REGION',
  unreachable: 'look at the region, at the network and at AWS_ENDPOINT_URL',
}

function kindOf(error: unknown): FailureKind {
  const name = error instanceof Error ? error.name : ''
  const kind = EXCEPTIONS[name]
  if (kind !== undefined) return kind
  if (error instanceof Error && error.message.startsWith('Region is missing')) return 'invalid'
  return isNetworkError(error) ? 'unreachable' : 'other'
}
