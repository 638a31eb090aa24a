import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { test } from 'node:test'
import { OKTA_PROFILE, signAssertion, verifyAssertion } from '@keygrant/core/assertion'
import { KeyError } from '@keygrant/core/errors'
import {
  createSigner,
  exportPrivateJwk,
  generateKey,
  importPublicKey,
  JWS_ALGORITHMS,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
  type KeyKind,
  jwkThumbprint,
  type PrivateKey,
} from '@keygrant/core/keys'

const NOW = 1_700_000_000
const ISSUER = 'https://as.example'
const INPUT = new TextEncoder().encode('header.payload')
const KINDS = {
  RSA: { kty: 'RSA', modulusBits: 2048 },
  'P-256': { kty: 'EC', crv: 'P-256' },
  'P-384': { kty: 'EC', crv: 'P-384' },
  'P-521': { kty: 'EC', crv: 'P-521' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
} satisfies Record<string, KeyKind>

const keys = Object.fromEntries(
  await Promise.all(
    Object.entries(KINDS).map(async ([name, kind]) => [name, await generateKey(kind)]),
  ),
) as Record<keyof typeof KINDS, PrivateKey>
const otherRsa = await generateKey(KINDS.RSA)
const otherEc = await generateKey(KINDS['P-256'])

function rowOf(alg: JwsAlgorithmName): JwsAlgorithm {
  return jwsAlgorithm(alg) ?? assert.fail(alg)
}

function keyFor(alg: JwsAlgorithmName): PrivateKey {
  const { kty, crv } = rowOf(alg)
  const fits = ({ publicKey }: PrivateKey): boolean =>
    publicKey.kty === kty && publicKey.crv === crv
  return Object.values(keys).find(fits) ?? assert.fail(alg)
}

function keyObject(key: PrivateKey): crypto.KeyObject {
  return crypto.createPrivateKey({ key: { ...exportPrivateJwk(key) }, format: 'jwk' })
}

/** What a remote that speaks DER and PKCS#1 gives. */
function remote(key: PrivateKey, hash: string, options: object = {}) {
  const input = { key: keyObject(key), ...options }
  return (octets: Uint8Array): Uint8Array => crypto.sign(hash, octets, input)
}

const pss = (saltLength: number) => ({
  padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
  saltLength,
})

async function refusalOf(
  publicKey: PrivateKey,
  answer: (octets: Uint8Array) => unknown,
  alg?: JwsAlgorithmName,
): Promise<KeyError> {
  const signer = createSigner({
    publicKey: publicKey.publicKey,
    sign: answer as () => Uint8Array,
    ...(alg === undefined ? {} : { alg }),
  })
  try {
    await signer.sign(INPUT)
  } catch (error) {
    assert.ok(error instanceof KeyError, String(error))
    assert.equal(error.kid, publicKey.kid)
    return error
  }
  return assert.fail('the signature was used')
}

for (const alg of JWS_ALGORITHMS.filter((name) => !name.startsWith('ML-DSA'))) {
  test(`signs ${alg} assertions that are accepted`, async () => {
    const key = keyFor(alg)
    const local = key.withAlgorithm(alg)
    const signer = createSigner({
      publicKey: key.publicKey,
      alg,
      sign: (octets) => local.sign(octets),
    })
    assert.equal(signer.alg, alg)
    const assertion = await signAssertion({}, signer, {
      clientId: 'client',
      audience: ISSUER,
      now: NOW,
    })
    const report = await verifyAssertion(assertion, {
      profile: OKTA_PROFILE,
      issuer: ISSUER,
      keys: [key.publicKey],
      now: NOW,
      replay: () => true,
      algorithms: JWS_ALGORITHMS,
    })
    assert.equal(report.accepted, true)
  })
}

for (const [alg, hash] of [
  ['ES256', 'sha256'],
  ['ES384', 'sha384'],
  ['ES512', 'sha512'],
] as const) {
  test(`turns DER into the JWS form for ${alg}`, async () => {
    const key = keyFor(alg)
    const signer = createSigner({ publicKey: key.publicKey, sign: remote(key, hash) })
    // Lengths of DER differ from one signature to the next.
    for (let round = 0; round < 20; round++) {
      const signature = await signer.sign(INPUT)
      assert.equal(signature.length, { ES256: 64, ES384: 96, ES512: 132 }[alg])
      assert.ok(await key.publicKey.verify(rowOf(alg), signature, INPUT))
    }
  })
}

test('has the key ID of the public key, which is its thumbprint by default', async () => {
  const { kid: _kid, ...jwk } = keys['P-256'].publicKey.jwk
  const sign = (): Uint8Array => new Uint8Array(64)
  const plain = createSigner({ publicKey: await importPublicKey(jwk), sign })
  assert.equal(plain.kid, await jwkThumbprint(jwk))
  const named = createSigner({ publicKey: await importPublicKey(jwk, { kid: 'hsm-1' }), sign })
  assert.equal(named.kid, 'hsm-1')
})

test('signs with the alg of the public key, else with the default of its type', async () => {
  const sign = (): Uint8Array => new Uint8Array(64)
  const { jwk } = keys.RSA.publicKey
  const bound = await importPublicKey({ ...jwk, alg: 'PS384' })
  assert.equal(createSigner({ publicKey: bound, sign }).alg, 'PS384')
  assert.equal(createSigner({ publicKey: keys.RSA.publicKey, sign }).alg, 'RS256')
  assert.equal(createSigner({ publicKey: keys.Ed25519.publicKey, sign }).alg, 'EdDSA')
})

test('refuses an algorithm that does not fit the key, before anything is signed', () => {
  const sign = (): Uint8Array => assert.fail('was asked to sign')
  assert.throws(() => createSigner({ publicKey: keys['P-256'].publicKey, alg: 'RS256', sign }), {
    code: 'ERR_KEY_UNSUPPORTED',
    message: 'the key can not sign with "alg" "RS256"; it is P-256',
  })
})

test('refuses a key that is not for signatures', async () => {
  const publicKey = await importPublicKey({ ...keys['P-256'].publicKey.jwk, use: 'enc' })
  assert.throws(() => createSigner({ publicKey, sign: () => new Uint8Array(64) }), {
    code: 'ERR_KEY_UNSUPPORTED',
    message: /"use" or "key_ops"/,
  })
})

test('refuses arguments of the wrong type', () => {
  assert.throws(
    () =>
      createSigner({ publicKey: keys.RSA.publicKey.jwk as never, sign: () => new Uint8Array() }),
    { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /"options.publicKey"/ },
  )
  assert.throws(() => createSigner({ publicKey: keys.RSA.publicKey, sign: 'sign' as never }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"options.sign"/,
  })
})

test('passes on what the remote throws', async () => {
  const failure = new Error('the HSM is off')
  const signer = createSigner({
    publicKey: keys.RSA.publicKey,
    sign: () => Promise.reject(failure),
  })
  await assert.rejects(async () => signer.sign(INPUT), failure)
})

test('signs the octets that it was given, and no others', async () => {
  const signer = createSigner({
    publicKey: keys['P-256'].publicKey,
    sign: () => remote(keys['P-256'], 'sha256')(Buffer.from('something else')),
  })
  await assert.rejects(async () => signer.sign(INPUT), /other octets/)
})

const base64 = (octets: Uint8Array, encoding: BufferEncoding): Uint8Array =>
  Buffer.from(Buffer.from(octets).toString(encoding))
const sha256 = (octets: Uint8Array): Uint8Array =>
  crypto.createHash('sha256').update(octets).digest()

for (const [what, key, alg, answer, expected] of [
  ['nothing', keys.RSA, 'RS256', () => new Uint8Array(), /returned nothing/],
  ['no octets at all', keys.RSA, 'RS256', () => undefined, /returned nothing instead of/],
  ['a string', keys.RSA, 'RS256', () => 'abc', /returned a string instead of a Uint8Array/],
  ['an ArrayBuffer', keys.RSA, 'RS256', () => new ArrayBuffer(256), /returned an ArrayBuffer/],
  ['another RSA key', keys.RSA, 'RS256', remote(otherRsa, 'sha256'), /another key/],
  ['another EC key', keys['P-256'], 'ES256', remote(otherEc, 'sha256'), /another key/],
  [
    'PSS for PKCS#1',
    keys.RSA,
    'RS256',
    remote(keys.RSA, 'sha256', pss(32)),
    /made PS256 .* where RS256/,
  ],
  ['PKCS#1 for PSS', keys.RSA, 'PS256', remote(keys.RSA, 'sha256'), /made RS256 .* where PS256/],
  ['another RSA hash', keys.RSA, 'RS256', remote(keys.RSA, 'sha512'), /made RS512/],
  [
    'the longest salt',
    keys.RSA,
    'PS256',
    remote(keys.RSA, 'sha256', pss(222)),
    /a salt of 222 octets/,
  ],
  [
    'the right key over other octets',
    keys.RSA,
    'RS256',
    () => remote(keys.RSA, 'sha256')(Buffer.from('other')),
    /the right key for a PKCS#1 v1.5 signature over other octets/,
  ],
  [
    'the right key over other octets, in PSS',
    keys.RSA,
    'PS256',
    () => remote(keys.RSA, 'sha256', pss(32))(Buffer.from('other')),
    /the right key for an RSA-PSS signature .* of 32 octets over other octets/,
  ],
  ['no salt', keys.RSA, 'PS256', remote(keys.RSA, 'sha256', pss(0)), /a salt of 0 octets/],
  [
    'another ECDSA hash',
    keys['P-256'],
    'ES256',
    remote(keys['P-256'], 'sha512'),
    /ECDSA with SHA-512/,
  ],
  [
    'a digest that was hashed again',
    keys['P-256'],
    'ES256',
    (octets: Uint8Array) => remote(keys['P-256'], 'sha256')(sha256(octets)),
    /hashed twice/,
  ],
  [
    'a digest that Ed25519 took for the message',
    keys.Ed25519,
    'EdDSA',
    (octets: Uint8Array) => keys.Ed25519.sign(sha256(octets)),
    /hashed twice/,
  ],
  [
    'a signature of another curve',
    keys['P-256'],
    'ES256',
    remote(keys['P-384'], 'sha384', { dsaEncoding: 'ieee-p1363' }),
    /96 octets where the 64 octets .* length of a P-384 signature/,
  ],
  [
    'DER of another curve',
    keys['P-256'],
    'ES256',
    remote(keys['P-521'], 'sha512'),
    /begin like DER/,
  ],
  ['DER for RSA', keys.RSA, 'RS256', remote(keys['P-256'], 'sha256'), /ECDSA signature in DER/],
  [
    'a short RSA signature',
    keys.RSA,
    'RS256',
    () => new Uint8Array(255),
    /255 octets where the 256/,
  ],
  ['a larger RSA key', keys.RSA, 'RS256', () => new Uint8Array(512), /512 octets where the 256/],
  [
    'base64 text',
    keys.RSA,
    'RS256',
    (octets: Uint8Array) => base64(remote(keys.RSA, 'sha256')(octets), 'base64'),
    /base64 text.*decode it/,
  ],
  [
    'hexadecimal text',
    keys['P-384'],
    'ES384',
    (octets: Uint8Array) => base64(remote(keys['P-384'], 'sha384')(octets), 'hex'),
    /hexadecimal text/,
  ],
  ['an error page', keys.RSA, 'RS256', () => Buffer.from('{"error": "no"}'), /they are text/],
  [
    'garbage of the right length',
    keys.Ed25519,
    'EdDSA',
    () => new Uint8Array(64).fill(9),
    /another key/,
  ],
] as const) {
  test(`says that the remote returned ${what}`, async () => {
    const error = await refusalOf(key, answer, alg)
    assert.match(error.message, expected)
    assert.equal(error.code, 'ERR_KEY_WRONG_SIGNATURE')
  })
}

test('shows nothing of the signature that came back', async () => {
  const leaked = 'not-a-signature-but-a-secret'
  const error = await refusalOf(keys.RSA, () => Buffer.from(leaked))
  assert.doesNotMatch(JSON.stringify([error.message, error.stack, error.cause]), /secret/)
})
