import assert from 'node:assert/strict'
import { createHash, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { ExitCode } from '../../src/exit-codes.ts'
import {
  type AzureKey,
  type AzureKeyVaultClient,
  openAzureKeyVaultSigner,
} from '../../src/signers/azure-key-vault.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  joined,
  localKeys,
  never,
  otherKey,
  publicHalf,
  SERVICE_ALGORITHMS,
  signAsService,
  skipServices as skip,
} from './fixtures.ts'

const ID = 'https://v.vault.azure.net/keys/deploy/0123456789abcdef0123456789abcdef'

type SignArguments = readonly [keyId: string, algorithm: string, digest: Uint8Array]

/** A JWK as the SDK gives it: its members are octets. */
function azureJwk(key: KeyObject, suffix = ''): NonNullable<AzureKey['key']> {
  const { kty, crv, n, e, x, y } = publicHalf(key).export({ format: 'jwk' })
  const octets = (text: string | undefined): Uint8Array | undefined =>
    text === undefined ? undefined : Uint8Array.from(Buffer.from(text, 'base64url'))
  return {
    kty: `${kty}${suffix}`,
    keyOps: ['sign', 'verify'],
    crv,
    n: octets(n),
    e: octets(e),
    x: octets(x),
    y: octets(y),
  }
}

const OCTETS: Readonly<Record<string, number>> = { ES256: 32, ES384: 48, ES512: 66 }

function aVault(
  key: KeyObject,
  changes: { readonly key?: Partial<AzureKey>; readonly sign?: AzureKeyVaultClient['sign'] } = {},
  signed: SignArguments[] = [],
): AzureKeyVaultClient {
  return {
    async getKey(name, { version }) {
      assert.equal(name, 'deploy')
      assert.ok(version === undefined || version === 'v1')
      return { id: ID, key: azureJwk(key), properties: { enabled: true }, ...changes.key }
    },
    async sign(keyId, algorithm, digest, options) {
      signed.push([keyId, algorithm, digest])
      if (changes.sign !== undefined) return changes.sign(keyId, algorithm, digest, options)
      const signature = signAsService(algorithm, key, digest)
      const octets = OCTETS[algorithm]
      return { result: octets === undefined ? signature : joined(signature, octets), keyID: ID }
    },
  }
}

const name = 'deploy'

for (const [alg, type] of SERVICE_ALGORITHMS.filter(([, kind]) => kind !== 'Ed25519')) {
  test(`signs ${alg} as Azure documents it`, { skip }, async () => {
    const signed: SignArguments[] = []
    const vault = aVault(
      localKeys[type],
      { key: { key: azureJwk(localKeys[type], '-HSM') } },
      signed,
    )
    const signer = await openAzureKeyVaultSigner(vault, { name, alg })
    await assertSignsAcceptedAssertion(signer, localKeys[type])
    const input = Buffer.from('the signing input')
    await signer.sign(input)
    const digest = createHash(`sha${alg.slice(2)}`)
      .update(input)
      .digest()
    assert.deepEqual(signed.at(-1), [ID, alg, digest])
  })
}

test('asks for the version that was named', async () => {
  const vault = aVault(localKeys['P-256'])
  assert.equal((await openAzureKeyVaultSigner(vault, { name, version: 'v1' })).alg, 'ES256')
})

for (const [what, key, expected] of [
  ['is disabled', { properties: { enabled: false } }, /is disabled/],
  [
    'is not for signing',
    { key: { ...azureJwk(localKeys['P-256']), keyOps: ['encrypt'] } },
    /not for signing/,
  ],
  [
    'is on secp256k1',
    { key: { ...azureJwk(localKeys['P-256']), crv: 'P-256K' } },
    /type that can not sign a JWT/,
  ],
  ['is symmetric', { key: { kty: 'oct-HSM', keyOps: ['sign'] } }, /type that can not sign a JWT/],
  ['is not there', { key: undefined }, /not for signing/],
] as const) {
  test(`says that the key ${what}`, async () => {
    const vault = aVault(localKeys['P-256'], { key })
    const { message, exitCode } = await failureOf(() => openAzureKeyVaultSigner(vault, { name }))
    assert.match(message, expected)
    assert.equal(exitCode, ExitCode.input)
  })
}

test('says that Ed25519 and other algorithms are not offered', async () => {
  const vault = aVault(localKeys['P-256'])
  const { message } = await failureOf(() => openAzureKeyVaultSigner(vault, { name, alg: 'EdDSA' }))
  assert.match(message, /can not sign with EdDSA with this key; it offers ES256/)
})

for (const [what, sign, expected] of [
  ['another key', (digest: Uint8Array) => signAsService('ES256', otherKey, digest), /another key/],
  ['nothing', () => Buffer.alloc(0), /returned nothing/],
  ['garbage', () => Buffer.from('oops'), /4 octets where/],
] as const) {
  test(`does not use ${what}`, { skip }, async () => {
    const vault = aVault(localKeys['P-256'], {
      sign: async (_keyId, _algorithm, digest) => ({ result: sign(digest) }),
    })
    const signer = await openAzureKeyVaultSigner(vault, { name })
    assert.match((await failureOf(() => signer.sign(Buffer.from('x')))).message, expected)
  })
}

for (const [thrown, exitCode, expected] of [
  [
    { statusCode: 403, code: 'Forbidden' },
    ExitCode.server,
    /does not allow it \(Forbidden: in.*Crypto User/,
  ],
  [{ statusCode: 401, code: 'Unauthorized' }, ExitCode.environment, /no credentials/],
  [{ statusCode: 404, code: 'KeyNotFound' }, ExitCode.input, /has no such key/],
  [{ statusCode: 400, code: 'BadParameter' }, ExitCode.input, /does not accept/],
  [{ statusCode: 429, code: 'Throttled' }, ExitCode.unreachable, /too busy/],
  [{ name: 'CredentialUnavailableError' }, ExitCode.environment, /no credentials.*az login/],
  [{ name: 'AggregateAuthenticationError' }, ExitCode.environment, /no credentials/],
  [{ name: 'AuthenticationError', statusCode: 400 }, ExitCode.environment, /no credentials/],
  [{ name: 'RestError', code: 'REQUEST_SEND_ERROR' }, ExitCode.unreachable, /can not be reached/],
  [{ code: 'ENOTFOUND' }, ExitCode.unreachable, /can not be reached/],
  [{ statusCode: 418 }, ExitCode.server, /Azure Key Vault failed/],
] as const) {
  test(`says what ${JSON.stringify(thrown)} means`, async () => {
    const error = Object.assign(new Error("in Azure's words"), thrown)
    const vault = { ...aVault(localKeys['P-256']), getKey: () => Promise.reject(error) }
    const failure = await failureOf(() => openAzureKeyVaultSigner(vault, { name }))
    assert.match(`${failure.message}; ${failure.hint}`, expected)
    assert.match(failure.message, /in Azure's words/)
    assert.equal(failure.exitCode, exitCode)
  })
}

test('gives up on a vault that does not answer', async () => {
  const vault = aVault(localKeys['P-256'], { sign: () => never })
  const signer = await openAzureKeyVaultSigner(vault, { name, timeoutMs: 50 })
  const { message } = await failureOf(() => signer.sign(new Uint8Array()))
  assert.match(message, /Azure Key Vault did not answer within 0.05 s/)
})
