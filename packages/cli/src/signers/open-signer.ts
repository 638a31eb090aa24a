/**
 * From what a person gives to `--key` to a signer: a file, or a reference to a key that is elsewhere.
 * Each kind is loaded when it is used.
 * @module
 */

import type { JwsAlgorithmName, Signer } from '@keygrant/core/keys'
import type { KeyReference } from '../client-configuration.ts'
import { CommandError } from '../command-error.ts'
import type { CliContext } from '../context.ts'
import { ExitCode } from '../exit-codes.ts'
import { readPrivateKey, readPublicKeys } from '../key-file.ts'
import { SIGNER_REFERENCE } from '../signer-reference.ts'
import { quoteInput } from '../untrusted-text.ts'
import type { AwsKmsClient } from './aws-kms.ts'
import type { AzureKey, AzureSigningAlgorithm } from './azure-key-vault.ts'
import type { GcpKmsClient } from './gcp-kms.ts'
import type { SignerOptions } from './remote-key.ts'
import { loadVendorSdk } from './vendor-sdk.ts'

/** How to open a key. */
export interface OpenSignerOptions {
  /** Picks a key out of a JWK Set; any other key takes it as its own. Default: the thumbprint. */
  readonly kid?: string | undefined
  /** The algorithm to sign with. Default: what the key is for, else that of its type. */
  readonly alg?: JwsAlgorithmName | undefined
  /** Default: those of the process. */
  readonly context?: Pick<CliContext, 'stdin' | 'env'>
}

/** Every kind of reference, as help and errors list them. */
export const SIGNER_REFERENCES: readonly (readonly [form: string, what: string])[] = [
  ['FILE', 'a private key in a file; - for standard input'],
  ['ssh-agent:[COMMENT|SHA256:…]', 'a key in the ssh-agent'],
  ['pkcs11:token=…;object=…', 'a key on a PKCS#11 token (RFC 7512)'],
  ['command:public-key=FILE PROGRAM [ARG…]', 'a key that a program signs with'],
  ['awskms:///KEY-ID|ALIAS|ARN', 'a key in AWS KMS'],
  ['gcpkms://projects/…/cryptoKeyVersions/N', 'a key version in Google Cloud KMS'],
  ['azurekms://VAULT.vault.azure.net/KEY[/VERSION]', 'a key in Azure Key Vault'],
  ['vault:[MOUNT/]KEY[?version=N]', "a key in Vault's Transit engine"],
]

type Open = (
  rest: string,
  options: SignerOptions,
  context: Pick<CliContext, 'stdin' | 'env'>,
) => Promise<Signer>

const SCHEMES: Readonly<Record<string, Open>> = {
  'ssh-agent': openSshAgent,
  pkcs11: openPkcs11,
  command: openCommand,
  awskms: openAwsKms,
  gcpkms: openGcpKms,
  azurekms: openAzureKms,
  vault: openVault,
}

/**
 * Opens the key that `--key` names; nothing, or `-`, is a private key on standard input. A file
 * whose name looks like a reference is named by its path: `./a:b`.
 *
 * @throws {@link CommandError} or `KeyError` that says what is wrong and what to do.
 */
export async function openSigner(
  reference: KeyReference | undefined,
  options: OpenSignerOptions = {},
): Promise<Signer> {
  const { context = process, kid, alg } = options
  const [, scheme, rest] =
    typeof reference === 'string' ? (SIGNER_REFERENCE.exec(reference) ?? []) : []
  if (typeof reference === 'object' || scheme === undefined || rest === undefined) {
    const key = await readPrivateKey(context, reference, {
      ...(kid === undefined ? {} : { kid }),
      ...(alg === undefined ? {} : { alg }),
    })
    return alg === undefined ? key : key.withAlgorithm(alg)
  }
  const open = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined
  if (open !== undefined) return open(rest, { kid, alg }, context)
  throw new CommandError(
    ExitCode.usage,
    `${quoteInput(`${scheme}:`)} is no kind of key; there are ${Object.keys(SCHEMES)
      .map((known) => `${known}:`)
      .join(', ')} and files`,
    `a file of this name is ${quoteInput(`./${reference}`)}`,
  )
}

async function openSshAgent(name: string, ...[options, { env }]: Tail): Promise<Signer> {
  const { openSshAgentSigner } = await import('./ssh-agent.ts')
  return openSshAgentSigner(name, { ...options, socket: env['SSH_AUTH_SOCK'] })
}

async function openPkcs11(uri: string, ...[options, { env }]: Tail): Promise<Signer> {
  const { openPkcs11Signer } = await import('./pkcs11.ts')
  return openPkcs11Signer(uri, { ...options, env })
}

async function openCommand(text: string, ...[options, context]: Tail): Promise<Signer> {
  const { createCommandSigner, parseCommandReference } = await import('./command.ts')
  const { command, publicKeyFile, timeoutMs } = parseCommandReference(text)
  const { kid, alg } = options
  const keys = await readPublicKeys(context, publicKeyFile, kid === undefined ? {} : { kid })
  const [publicKey] = keys
  if (publicKey === undefined || keys.length > 1) {
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(publicKeyFile)} holds ${keys.length} public keys`,
      'pick one with --kid, or name a file with one',
    )
  }
  return createCommandSigner({ command, publicKey, alg, timeoutMs, env: context.env })
}

async function openAwsKms(rest: string, ...[options]: Tail): Promise<Signer> {
  const { path: keyId, authority, query } = takeApart(rest, AWS_EXAMPLE, ['region'])
  if (keyId === '') throw unusable('awskms', 'names no key', AWS_EXAMPLE)
  const region = query.get('region') ?? /^arn:[^:]+:kms:([a-z0-9-]+):/.exec(keyId)?.[1]
  const { KMS } = await loadVendorSdk<{
    readonly KMS: new (config: {
      readonly region?: string
      readonly endpoint?: string
    }) => AwsKmsClient
  }>('@aws-sdk/client-kms', 'AWS KMS')
  const client = new KMS({
    ...(region === undefined ? {} : { region }),
    ...(authority === '' ? {} : { endpoint: endpointOf(authority) }),
  })
  const { openAwsKmsSigner } = await import('./aws-kms.ts')
  return openAwsKmsSigner(client, { ...options, keyId })
}

async function openGcpKms(rest: string, ...[options]: Tail): Promise<Signer> {
  const { authority, path } = takeApart(rest, GCP_EXAMPLE, [])
  const name = [authority, path].filter((part) => part !== '').join('/')
  const { KeyManagementServiceClient } = await loadVendorSdk<{
    readonly KeyManagementServiceClient: new () => GcpKmsClient
  }>('@google-cloud/kms', 'Google Cloud KMS')
  const { openGcpKmsSigner } = await import('./gcp-kms.ts')
  return openGcpKmsSigner(new KeyManagementServiceClient(), {
    ...options,
    // Other tools write it so.
    name: name.replace(/\/versions\/(?=\d+$)/, '/cryptoKeyVersions/'),
  })
}

async function openAzureKms(rest: string, ...[options]: Tail): Promise<Signer> {
  const { authority, path } = takeApart(rest, AZURE_EXAMPLE, [])
  const [name = '', version, ...more] = path.replace(/^keys\/(?=.)/, '').split('/')
  if (!/^[\w.-]+\.[\w.-]+$/.test(authority)) {
    throw unusable('azurekms', 'does not name the vault by its host', AZURE_EXAMPLE)
  }
  if (name === '' || more.length > 0) {
    throw unusable('azurekms', 'does not name a key and at most its version', AZURE_EXAMPLE)
  }
  const { KeyClient, CryptographyClient } = await loadVendorSdk<AzureKeysSdk>(
    '@azure/keyvault-keys',
    'Azure Key Vault',
  )
  const { DefaultAzureCredential } = await loadVendorSdk<{
    readonly DefaultAzureCredential: new () => object
  }>('@azure/identity', 'Azure Key Vault')
  const credential = new DefaultAzureCredential()
  const keys = new KeyClient(`https://${authority}`, credential)
  const { openAzureKeyVaultSigner } = await import('./azure-key-vault.ts')
  return openAzureKeyVaultSigner(
    {
      getKey: (key, request) => keys.getKey(key, request),
      sign: (keyId, algorithm, digest, request) =>
        new CryptographyClient(keyId, credential).sign(algorithm, digest, request),
    },
    { ...options, name, version: version === '' ? undefined : version },
  )
}

/** The part of `@azure/keyvault-keys` that is used. */
interface AzureKeysSdk {
  readonly KeyClient: new (
    vaultUrl: string,
    credential: object,
  ) => { getKey(name: string, request: object): Promise<AzureKey> }
  readonly CryptographyClient: new (
    keyId: string,
    credential: object,
  ) => {
    sign(
      algorithm: AzureSigningAlgorithm,
      digest: Uint8Array,
      request: object,
    ): Promise<{ readonly result: Uint8Array }>
  }
}

async function openVault(rest: string, ...[options, { env }]: Tail): Promise<Signer> {
  const { authority, path, query } = takeApart(rest, VAULT_EXAMPLE, ['version'])
  const segments = [authority, ...path.split('/')].filter((segment) => segment !== '')
  const key = segments.pop()
  const version = query.get('version')
  if (key === undefined) throw unusable('vault', 'names no key', VAULT_EXAMPLE)
  if (version !== null && !/^[1-9]\d{0,8}$/.test(version)) {
    throw unusable('vault', 'has a version that is not a number from 1', VAULT_EXAMPLE)
  }
  const { openVaultTransitSigner, vaultFromEnvironment } = await import('./vault-transit.ts')
  return openVaultTransitSigner({
    ...options,
    ...(await vaultFromEnvironment(env)),
    key,
    mount: segments.length === 0 ? undefined : segments.join('/'),
    version: version === null ? undefined : Number(version),
  })
}

type Tail = Parameters<Open> extends [string, ...infer Rest] ? Rest : never

const AWS_EXAMPLE = 'awskms:///alias/my-key?region=eu-central-1'
const GCP_EXAMPLE = 'gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1'
const AZURE_EXAMPLE = 'azurekms://my-vault.vault.azure.net/my-key'
const VAULT_EXAMPLE = 'vault:my-key?version=2'

interface Reference {
  readonly authority: string
  readonly path: string
  readonly query: URLSearchParams
}

/** `//authority/path?query`, or a path alone; an ARN is no URL, so no URL parser is asked. */
function takeApart(rest: string, example: string, known: readonly string[]): Reference {
  const scheme = example.slice(0, example.indexOf(':'))
  const [, authority = '', path = '', search = ''] =
    /^(?:\/\/([^/?]*)\/?|\/?)([^?]*)(?:\?(.*))?$/s.exec(rest) ?? []
  const query = new URLSearchParams(search)
  for (const name of query.keys()) {
    if (known.includes(name)) continue
    throw unusable(scheme, `has ${quoteInput(`?${name}`)}, which is not understood`, example)
  }
  if (/[\s\p{Cc}#]/u.test(rest) || /(^|\/)\.\.?(\/|$)/.test(path)) {
    throw unusable(scheme, 'has characters or segments that no key is named with', example)
  }
  return { authority, path, query }
}

/** An endpoint is given for stand-ins of the service, which run on this machine and speak HTTP. */
function endpointOf(authority: string): string {
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(authority)
  return `${isLoopback ? 'http' : 'https'}://${authority}`
}

function unusable(scheme: string, why: string, example: string): CommandError {
  return new CommandError(
    ExitCode.usage,
    `the ${scheme}: reference ${why}`,
    `write it like ${example}`,
  )
}
