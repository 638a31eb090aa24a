/**
 * Keys in Google Cloud KMS.
 * @module
 */

import { createPublicKey } from 'node:crypto'
import { createSigner, type JwsAlgorithmName, type Signer } from '@keygrant/core/keys'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { quoteInput } from '../untrusted-text.ts'
import { SERVICE_TIMEOUT_MS } from './deadline.ts'
import { chooseAlgorithm, digestOf, readPublicHalf, type SignerOptions } from './remote-key.ts'
import { askService, type FailureKind, isNetworkError } from './service-failure.ts'

/** The part of `KeyManagementServiceClient` of `@google-cloud/kms` that is used. */
export interface GcpKmsClient {
  /** Signs in. When a request has to do it and fails, the client leaves a rejection unhandled. */
  initialize(): Promise<unknown>
  getPublicKey(
    request: { readonly name: string },
    options: GcpRequestOptions,
  ): Promise<readonly [GcpPublicKey, ...unknown[]]>
  asymmetricSign(
    request: {
      readonly name: string
      readonly digest?: GcpDigest
      readonly data?: Uint8Array
    },
    options: GcpRequestOptions,
  ): Promise<readonly [GcpSignature, ...unknown[]]>
}

/** Options of one request. */
export interface GcpRequestOptions {
  /** In milliseconds. */
  readonly timeout: number
}

/** A digest, by the hash that made it. */
export interface GcpDigest {
  readonly sha256?: Uint8Array
  readonly sha384?: Uint8Array
  readonly sha512?: Uint8Array
}

/** What the service says of a public key. */
export interface GcpPublicKey {
  readonly pem?: string | null | undefined
  /** The name of the algorithm; its number when the client was made so. */
  readonly algorithm?: string | number | null | undefined
}

/** What the service gives for a digest. */
export interface GcpSignature {
  readonly signature?: Uint8Array | string | null | undefined
  readonly name?: string | null | undefined
}

/** Which key. */
export interface GcpKmsOptions extends SignerOptions {
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…` */
  readonly name: string
}

const WHO = 'Google Cloud KMS'
const VERSION_NAME =
  /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+\/cryptoKeyVersions\/\d+$/

/**
 * Makes a signer of a key version in Google Cloud KMS. A digest is sent, but for Ed25519, which has
 * the whole signing input sent. Needs `cloudkms.cryptoKeyVersions.viewPublicKey` and `useToSign`.
 *
 * Sends no CRC32C checksums: the signature is verified over the signing input itself, which finds
 * whatever they would.
 */
export async function openGcpKmsSigner(
  client: GcpKmsClient,
  options: GcpKmsOptions,
): Promise<Signer> {
  const { name, timeoutMs = SERVICE_TIMEOUT_MS } = options
  const service = { who: WHO, timeoutMs, kindOf, hints: HINTS }
  if (!VERSION_NAME.test(name)) {
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(name)} does not name a key version in Google Cloud KMS`,
      'write gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1; keys for signing have no primary version',
    )
  }
  const request = { timeout: timeoutMs }
  await askService(service, () => client.initialize())
  const [{ pem, algorithm: own }] = await askService(service, () =>
    client.getPublicKey({ name }, request),
  )
  const offered = algorithmsOf(String(own))
  const algorithm = chooseAlgorithm(
    `the key version in Google Cloud KMS (${String(own).slice(0, 60)})`,
    offered,
    options.alg,
  )
  const publicKey = await readPublicHalf(WHO, () => createPublicKey(pem ?? ''), options)
  return createSigner({
    publicKey,
    alg: algorithm.alg,
    async sign(signingInput) {
      const digest = digestOf(algorithm, signingInput)
      const content =
        digest === undefined
          ? { data: signingInput }
          : { digest: { [(algorithm.hash as string).replace('-', '').toLowerCase()]: digest } }
      const [{ signature, name: signedBy }] = await askService(service, () =>
        client.asymmetricSign({ name, ...content }, request),
      )
      if (typeof signedBy === 'string' && signedBy !== '' && signedBy !== name) {
        throw new CommandError(
          ExitCode.server,
          `Google Cloud KMS signed with ${quoteInput(signedBy)}, which was not asked for`,
        )
      }
      // The gRPC transport gives octets, the REST one may give base64.
      if (typeof signature === 'string') return Buffer.from(signature, 'base64')
      return signature ?? new Uint8Array()
    },
  })
}

/** A key version is for exactly one algorithm. */
function algorithmsOf(name: string): readonly JwsAlgorithmName[] {
  const [, scheme, hash] = /^RSA_SIGN_(PKCS1|PSS)_\d+_SHA(256|384|512)$/.exec(name) ?? []
  if (hash !== undefined) return [`${scheme === 'PSS' ? 'PS' : 'RS'}${hash as '256'}`]
  switch (name) {
    case 'EC_SIGN_P256_SHA256':
      return ['ES256']
    case 'EC_SIGN_P384_SHA384':
      return ['ES384']
    case 'EC_SIGN_ED25519':
      return ['EdDSA', 'Ed25519']
    default:
      return []
  }
}

/** By gRPC's status codes. */
const STATUS: Readonly<Record<number, FailureKind>> = {
  3: 'invalid',
  4: 'unreachable',
  5: 'no-key',
  7: 'denied',
  8: 'busy',
  9: 'key-unusable',
  13: 'busy',
  14: 'unreachable',
  16: 'credentials',
}

const HINTS: Readonly<Partial<Record<FailureKind, string>>> = {
  denied:
    'grant roles/cloudkms.signerVerifier on the key to this identity; the Cloud KMS API must be enabled in its project',
  credentials:
    'sign in (gcloud auth application-default login), or set GOOGLE_APPLICATION_CREDENTIALS',
  'no-key': 'look at the project, the location and the version',
  'key-unusable': 'the version must be ENABLED and its purpose ASYMMETRIC_SIGN',
  unreachable: 'look at the network and at what lies between',
}

function kindOf(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'other'
  const code = 'code' in error ? Number(error.code) : Number.NaN
  const kind = STATUS[code]
  if (kind !== undefined) return kind
  if (/default credentials|invalid_grant|refresh access token/i.test(error.message)) {
    return 'credentials'
  }
  return isNetworkError(error) ? 'unreachable' : 'other'
}
