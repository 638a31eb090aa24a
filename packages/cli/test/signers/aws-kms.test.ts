import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { ExitCode } from '../../src/exit-codes.ts'
import { type AwsKmsClient, openAwsKmsSigner } from '../../src/signers/aws-kms.ts'
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

const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

const NAMES = {
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
} as const

type PublicAnswer = Awaited<ReturnType<AwsKmsClient['getPublicKey']>>
type SignInput = Parameters<AwsKmsClient['sign']>[0]

/** A KMS of one key; `signed` gets what it was asked to sign. */
function aKms(
  key: KeyObject,
  changes: { readonly answer?: Partial<PublicAnswer>; readonly sign?: AwsKmsClient['sign'] } = {},
  signed: SignInput[] = [],
): AwsKmsClient {
  return {
    async getPublicKey(input) {
      assert.deepEqual(input, { KeyId: 'alias/deploy' })
      const spki = publicHalf(key).export({ format: 'der', type: 'spki' })
      return {
        KeyId: ARN,
        KeyUsage: 'SIGN_VERIFY',
        PublicKey: Uint8Array.from(spki),
        ...changes.answer,
      }
    },
    async sign(input, options) {
      signed.push(input)
      if (changes.sign !== undefined) return changes.sign(input, options)
      const alg = Object.entries(NAMES).find(([, name]) => name === input.SigningAlgorithm)
      return { Signature: signAsService((alg?.[0] ?? 'RS256') as 'RS256', key, input.Message) }
    },
  }
}

const keyId = 'alias/deploy'

for (const [alg, type] of SERVICE_ALGORITHMS) {
  test(`signs ${alg} as AWS documents it`, { skip }, async () => {
    const signed: SignInput[] = []
    const kms = aKms(
      localKeys[type],
      { answer: { SigningAlgorithms: Object.values(NAMES) } },
      signed,
    )
    const signer = await openAwsKmsSigner(kms, { keyId, alg })
    await assertSignsAcceptedAssertion(signer, localKeys[type])
    const input = Buffer.from('the signing input')
    await signer.sign(input)
    const isWhole = type === 'Ed25519'
    assert.deepEqual(signed.at(-1), {
      KeyId: ARN,
      Message: isWhole
        ? input
        : createHash(`sha${alg.slice(2)}`)
            .update(input)
            .digest(),
      MessageType: isWhole ? 'RAW' : 'DIGEST',
      SigningAlgorithm: NAMES[alg],
    })
  })
}

test('has the thumbprint as key ID, or the one that was asked for', async () => {
  const plain = await openAwsKmsSigner(aKms(localKeys['P-256']), { keyId })
  assert.match(plain.kid, /^[\w-]{43}$/)
  assert.equal((await openAwsKmsSigner(aKms(localKeys['P-256']), { keyId, kid: 'k' })).kid, 'k')
})

test('takes the algorithm that AWS says the key has', async () => {
  const answer = { SigningAlgorithms: ['RSASSA_PSS_SHA_384'] }
  const kms = aKms(localKeys['RSA-2048'], { answer })
  assert.equal((await openAwsKmsSigner(kms, { keyId })).alg, 'PS384')
  const { message } = await failureOf(() => openAwsKmsSigner(kms, { keyId, alg: 'RS256' }))
  assert.match(message, /AWS KMS can not sign with RS256 with this key; it offers PS384/)
})

for (const [what, key, answer, expected] of [
  [
    'is for encryption',
    localKeys['RSA-2048'],
    { KeyUsage: 'ENCRYPT_DECRYPT' },
    /not for signing \(KeyUsage ENCRYPT_DECRYPT\)/,
  ],
  ['has no public half', localKeys['P-256'], { PublicKey: undefined }, /not for signing/],
  [
    'is garbage',
    localKeys['P-256'],
    { PublicKey: Uint8Array.of(1, 2, 3) },
    /of a type that can not sign a JWT/,
  ],
  [
    'is on secp256k1',
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
    {},
    /secp256k1|crv|curve/,
  ],
] as const) {
  test(`says that the key ${what}`, async () => {
    const kms = aKms(key, { answer })
    const { message, exitCode } = await failureOf(() => openAwsKmsSigner(kms, { keyId }))
    assert.match(message, expected)
    assert.equal(exitCode, ExitCode.input)
  })
}

for (const [what, sign, expected] of [
  [
    'another key',
    async ({ Message }: SignInput) => ({ Signature: signAsService('ES256', otherKey, Message) }),
    /another key/,
  ],
  ['no signature', async () => ({}), /returned nothing/],
  ['garbage', async () => ({ Signature: Buffer.from('oops') }), /4 octets where/],
  ['a megabyte', async () => ({ Signature: new Uint8Array(1_000_000) }), /1000000 octets where/],
] as const) {
  test(`does not use ${what}`, { skip }, async () => {
    const signer = await openAwsKmsSigner(aKms(localKeys['P-256'], { sign }), { keyId })
    assert.match((await failureOf(() => signer.sign(Buffer.from('x')))).message, expected)
  })
}

test('says that the padding is another', { skip }, async () => {
  const sign: AwsKmsClient['sign'] = async ({ Message }) => ({
    Signature: signAsService('PS256', localKeys['RSA-2048'], Message),
  })
  const signer = await openAwsKmsSigner(aKms(localKeys['RSA-2048'], { sign }), { keyId })
  const { message } = await failureOf(() => signer.sign(Buffer.from('x')))
  assert.match(message, /made PS256 .* where RS256 was asked for/)
})

test('refuses a message for Ed25519 that is over the limit of AWS, before it is sent', async () => {
  const sign = (): never => assert.fail('was sent')
  const signer = await openAwsKmsSigner(aKms(localKeys.Ed25519, { sign }), { keyId })
  const { message } = await failureOf(() => signer.sign(new Uint8Array(4097)))
  assert.match(message, /at most 4096 octets with Ed25519; these are 4097/)
})

for (const [name, exitCode, expected] of [
  [
    'AccessDeniedException',
    ExitCode.server,
    /does not allow it .*; allow kms:GetPublicKey and kms:Sign/,
  ],
  ['CredentialsProviderError', ExitCode.environment, /no credentials .*aws sso login/],
  ['ExpiredTokenException', ExitCode.environment, /no credentials/],
  ['NotFoundException', ExitCode.input, /has no such key .*alias\//],
  ['DisabledException', ExitCode.input, /can not use the key/],
  ['KMSInvalidStateException', ExitCode.input, /can not use the key/],
  ['UnsupportedOperationException', ExitCode.input, /can not use the key .*asymmetric/],
  ['ThrottlingException', ExitCode.unreachable, /too busy.*wait/],
  ['ValidationException', ExitCode.input, /does not accept the request/],
  [
    'SomethingNewException',
    ExitCode.server,
    /AWS KMS failed \(SomethingNewException: in AWS's words\)/,
  ],
] as const) {
  test(`says what ${name} means`, async () => {
    const thrown = Object.assign(new Error("in AWS's words"), { name })
    const kms = { ...aKms(localKeys['P-256']), getPublicKey: () => Promise.reject(thrown) }
    const failure = await failureOf(() => openAwsKmsSigner(kms, { keyId }))
    assert.match(`${failure.message}; ${failure.hint}`, expected)
    assert.match(failure.message, /in AWS's words/)
    assert.equal(failure.exitCode, exitCode)
  })
}

test('says that AWS can not be reached, and gives up on one that does not answer', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const kms = aKms(localKeys['P-256'], { sign: () => Promise.reject(refused) })
  const signer = await openAwsKmsSigner(kms, { keyId })
  assert.match((await failureOf(() => signer.sign(new Uint8Array()))).message, /can not be reached/)

  let signal: AbortSignal | undefined
  const silent = aKms(localKeys['P-256'], {
    sign: (_input, options) => {
      signal = options.abortSignal
      return never
    },
  })
  const slow = await openAwsKmsSigner(silent, { keyId, timeoutMs: 50 })
  const { message, exitCode } = await failureOf(() => slow.sign(new Uint8Array()))
  assert.match(message, /AWS KMS did not answer within 0.05 s/)
  assert.equal(exitCode, ExitCode.unreachable)
  assert.equal(signal?.aborted, true)
})

test("shows nothing of AWS's words that steers a terminal or is a token", async () => {
  const thrown = new Error('\u001b[2J eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln')
  const kms = { ...aKms(localKeys['P-256']), getPublicKey: () => Promise.reject(thrown) }
  const { message } = await failureOf(() => openAwsKmsSigner(kms, { keyId }))
  assert.match(message, /\(\\u001b\[2J \[a JWT\]\)$/)
})
