import assert from 'node:assert/strict'
import { createHash, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { ExitCode } from '../../src/exit-codes.ts'
import { type GcpKmsClient, openGcpKmsSigner } from '../../src/signers/gcp-kms.ts'
import {
  assertSignsAcceptedAssertion,
  failureOf,
  localKeys,
  never,
  otherKey,
  publicHalf,
  SERVICE_ALGORITHMS,
  signAsService,
  skipServices as skip,
} from './fixtures.ts'

const NAME = 'projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k/cryptoKeyVersions/2'

const NAMES: Readonly<Record<string, string>> = {
  RS256: 'RSA_SIGN_PKCS1_2048_SHA256',
  RS512: 'RSA_SIGN_PKCS1_4096_SHA512',
  PS256: 'RSA_SIGN_PSS_3072_SHA256',
  PS512: 'RSA_SIGN_PSS_4096_SHA512',
  ES256: 'EC_SIGN_P256_SHA256',
  ES384: 'EC_SIGN_P384_SHA384',
  EdDSA: 'EC_SIGN_ED25519',
  Ed25519: 'EC_SIGN_ED25519',
}

type SignRequest = Parameters<GcpKmsClient['asymmetricSign']>[0]

function aKms(
  key: KeyObject,
  algorithm: string | number,
  sign?: GcpKmsClient['asymmetricSign'],
  signed: SignRequest[] = [],
): GcpKmsClient {
  return {
    initialize: () => Promise.resolve(),
    async getPublicKey(request, options) {
      assert.deepEqual(request, { name: NAME })
      assert.equal(options.timeout > 0, true)
      const pem = publicHalf(key).export({ format: 'pem', type: 'spki' }) as string
      return [
        { name: NAME, pem, algorithm, pemCrc32c: { value: '1' } } as object,
        undefined,
        undefined,
      ]
    },
    async asymmetricSign(request, options) {
      signed.push(request)
      if (sign !== undefined) return sign(request, options)
      const { sha256, sha384, sha512 } = request.digest ?? {}
      const input = request.data ?? sha256 ?? sha384 ?? sha512 ?? assert.fail('nothing to sign')
      const alg = Object.entries(NAMES).find(([, name]) => name === algorithm)?.[0] ?? 'ES256'
      return [{ name: NAME, signature: signAsService(alg as 'ES256', key, input) }, undefined]
    },
  }
}

for (const [alg, type] of SERVICE_ALGORITHMS.filter(([name]) => name in NAMES)) {
  test(`signs ${alg} as Google documents it`, { skip }, async () => {
    const signed: SignRequest[] = []
    const kms = aKms(localKeys[type], NAMES[alg] ?? '', undefined, signed)
    const signer = await openGcpKmsSigner(kms, {
      name: NAME,
      ...(type === 'Ed25519' ? { alg } : {}),
    })
    assert.equal(signer.alg, alg)
    await assertSignsAcceptedAssertion(signer, localKeys[type])
    const input = Buffer.from('the signing input')
    await signer.sign(input)
    const hash = `sha${alg.slice(2)}`
    assert.deepEqual(
      signed.at(-1),
      type === 'Ed25519'
        ? { name: NAME, data: input }
        : { name: NAME, digest: { [hash]: createHash(hash).update(input).digest() } },
    )
  })
}

test('takes a signature in base64, as the REST transport gives it', { skip }, async () => {
  const kms = aKms(localKeys['P-256'], 'EC_SIGN_P256_SHA256', async ({ digest }) => [
    {
      signature: signAsService(
        'ES256',
        localKeys['P-256'],
        digest?.sha256 ?? Buffer.alloc(0),
      ).toString('base64'),
    },
  ])
  await assertSignsAcceptedAssertion(await openGcpKmsSigner(kms, { name: NAME }))
})

test('signs with the one algorithm that the key version has', async () => {
  const kms = aKms(localKeys['RSA-2048'], 'RSA_SIGN_PSS_2048_SHA256')
  assert.equal((await openGcpKmsSigner(kms, { name: NAME })).alg, 'PS256')
  const { message } = await failureOf(() => openGcpKmsSigner(kms, { name: NAME, alg: 'RS256' }))
  assert.match(message, /RSA_SIGN_PSS_2048_SHA256\) can not sign with RS256 .* offers PS256/)
})

for (const algorithm of [
  'RSA_SIGN_RAW_PKCS1_2048',
  'RSA_DECRYPT_OAEP_2048_SHA256',
  'EC_SIGN_SECP256K1_SHA256',
  'PQ_SIGN_SLH_DSA_SHA2_128S',
  12,
]) {
  test(`says that a key version for ${algorithm} does not sign JWTs`, async () => {
    const kms = aKms(localKeys['P-256'], algorithm)
    const { message, exitCode } = await failureOf(() => openGcpKmsSigner(kms, { name: NAME }))
    assert.match(message, new RegExp(`\\(${algorithm}\\) has no algorithm for JWTs`))
    assert.equal(exitCode, ExitCode.input)
  })
}

for (const name of ['', 'k', NAME.replace(/\/cryptoKeyVersions.*/, ''), `${NAME}x`, `/${NAME}`]) {
  test(`asks for a key version where ${JSON.stringify(name)} is given`, async () => {
    const kms = aKms(localKeys['P-256'], 'EC_SIGN_P256_SHA256')
    const { message, hint, exitCode } = await failureOf(() => openGcpKmsSigner(kms, { name }))
    assert.match(message, /does not name a key version/)
    assert.match(hint, /cryptoKeyVersions\/1/)
    assert.equal(exitCode, ExitCode.usage)
  })
}

for (const [what, answer, expected] of [
  [
    'another key',
    ({ digest }: SignRequest) => ({
      signature: signAsService('ES256', otherKey, digest?.sha256 ?? Buffer.alloc(0)),
    }),
    /another key/,
  ],
  [
    'another version',
    () => ({ name: NAME.replace(/2$/, '1'), signature: Buffer.alloc(64) }),
    /signed with ".*Versions\/1", which was not asked for/,
  ],
  ['no signature', () => ({ signature: null }), /returned nothing/],
  ['an answer that is empty', () => ({}), /returned nothing/],
  ['garbage', () => ({ signature: Buffer.from('oops') }), /4 octets where/],
] as const) {
  test(`does not use ${what}`, { skip }, async () => {
    const kms = aKms(localKeys['P-256'], 'EC_SIGN_P256_SHA256', async (request) => [
      answer(request),
    ])
    const signer = await openGcpKmsSigner(kms, { name: NAME })
    assert.match((await failureOf(() => signer.sign(Buffer.from('x')))).message, expected)
  })
}

for (const [code, status, exitCode, expected] of [
  [3, 'INVALID_ARGUMENT', ExitCode.input, /does not accept the request/],
  [5, 'NOT_FOUND', ExitCode.input, /has no such key/],
  [7, 'PERMISSION_DENIED', ExitCode.server, /does not allow it .*signerVerifier/],
  [8, 'RESOURCE_EXHAUSTED', ExitCode.unreachable, /too busy/],
  [9, 'FAILED_PRECONDITION', ExitCode.input, /can not use the key .*ENABLED/],
  [14, 'UNAVAILABLE', ExitCode.unreachable, /can not be reached/],
  [16, 'UNAUTHENTICATED', ExitCode.environment, /no credentials .*gcloud auth/],
  [2, 'UNKNOWN', ExitCode.server, /Google Cloud KMS failed/],
] as const) {
  test(`says what ${status} means`, async () => {
    const thrown = Object.assign(new Error(`${code} ${status}: in Google's words`), { code })
    const kms = {
      ...aKms(localKeys['P-256'], 'EC_SIGN_P256_SHA256'),
      getPublicKey: () => Promise.reject(thrown),
    }
    const failure = await failureOf(() => openGcpKmsSigner(kms, { name: NAME }))
    assert.match(`${failure.message}; ${failure.hint}`, expected)
    assert.match(failure.message, /in Google's words/)
    assert.equal(failure.exitCode, exitCode)
  })
}

test('signs in before it asks, and says when it can not', async () => {
  const kms: GcpKmsClient = {
    initialize: () => Promise.reject(new Error('Could not load the default credentials. Browse …')),
    getPublicKey: () => assert.fail('was asked'),
    asymmetricSign: () => assert.fail('was asked'),
  }
  const { message, hint } = await failureOf(() => openGcpKmsSigner(kms, { name: NAME }))
  assert.match(message, /no credentials/)
  assert.match(hint, /gcloud auth application-default login/)
})

test('gives up on a service that does not answer', async () => {
  const kms = aKms(localKeys['P-256'], 'EC_SIGN_P256_SHA256', () => never)
  const signer = await openGcpKmsSigner(kms, { name: NAME, timeoutMs: 50 })
  const { message } = await failureOf(() => signer.sign(new Uint8Array()))
  assert.match(message, /Google Cloud KMS did not answer within 0.05 s/)
})
