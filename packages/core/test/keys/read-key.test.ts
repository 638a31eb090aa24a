import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exportPrivateJwk, importPrivateKey, importPublicKey, readKey } from '@keygrant/core/keys'
import {
  anEcPair,
  anEd25519Pair,
  anRsaPair,
  type NodeKeyPair,
  pkcs8,
  spki,
  thumbprintOf,
} from './key-files.ts'

const rsa = anRsaPair()
const ec = anEcPair()
const p384 = anEcPair('P-384')
const p521 = anEcPair('P-521')
const ed25519 = anEd25519Pair()

const rsaPem = pkcs8(rsa)
const rsaDer = rsa.privateKey.export({ format: 'der', type: 'pkcs8' })
const ecPem = pkcs8(ec)
const rsaJwk = rsa.privateKey.export({ format: 'jwk' })
const ecJwk = ec.privateKey.export({ format: 'jwk' })
const rsaPkcs1 = rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()

function base64(input: string | Uint8Array): string {
  return Buffer.from(input).toString('base64')
}

function utf16(text: string, mark: readonly [number, number]): Uint8Array {
  const octets = Buffer.from(text, 'utf16le')
  return Buffer.concat([Buffer.from(mark), mark[0] === 0xff ? octets : octets.swap16()])
}

/** `{ n, e, d }` alone, as RFC 7518, section 6.3.2 allows it. */
function withoutPrimes({ kty, n, e, d }: JsonWebKey): object {
  return { kty, n, e, d }
}

type Row = readonly [
  what: string,
  form: string,
  input: string | Uint8Array | object,
  pair: NodeKeyPair,
]

const google = { type: 'service_account', private_key_id: 'k1', private_key: rsaPem }
const bareJwk = { ...ecJwk, use: null, alg: null, kid: null, created: '2024-01-01T00:00:00Z' }
const sec1 = ec.privateKey.export({ format: 'pem', type: 'sec1' }).toString()
const bagAttributes = 'Bag Attributes\n    friendlyName: key\nKey Attributes: <No Attributes>\n'

const PRIVATE: readonly Row[] = [
  ['an RSA JWK', 'JWK', rsaJwk, rsa],
  ['an EC JWK as text', 'JWK', JSON.stringify(ecJwk), ec],
  ['a JWK as octets with space around it', 'JWK', Buffer.from(`\n ${JSON.stringify(ecJwk)}\n`), ec],
  ['an Ed25519 JWK', 'JWK', ed25519.privateKey.export({ format: 'jwk' }), ed25519],
  ['a JWK with members that are null', 'JWK', bareJwk, ec],
  ['an RSA JWK without its primes', 'JWK', withoutPrimes(rsaJwk), rsa],
  ['a JWK Set with a secret beside', 'JWK of a JWK Set', { keys: [aSecretJwk(), ecJwk] }, ec],
  ['the base64 of a JWK', 'JWK in base64', base64(JSON.stringify(ecJwk)), ec],
  ['a JWK in a string', 'JWK in a JSON string', JSON.stringify(JSON.stringify(ecJwk)), ec],
  ['an RSA PKCS#8 PEM', 'PKCS#8 PEM', rsaPem, rsa],
  ['a P-256 PKCS#8 PEM', 'PKCS#8 PEM', ecPem, ec],
  ['a P-384 PKCS#8 PEM', 'PKCS#8 PEM', pkcs8(p384), p384],
  ['a P-521 PKCS#8 PEM', 'PKCS#8 PEM', pkcs8(p521), p521],
  ['an Ed25519 PKCS#8 PEM', 'PKCS#8 PEM', pkcs8(ed25519), ed25519],
  ['a PEM as octets', 'PKCS#8 PEM', Buffer.from(rsaPem), rsa],
  ['a PEM with CRLF', 'PKCS#8 PEM', rsaPem.replaceAll('\n', '\r\n'), rsa],
  ['an indented PEM', 'PKCS#8 PEM', rsaPem.replaceAll('\n', '\n    '), rsa],
  ['a PEM after bag attributes', 'PKCS#8 PEM', bagAttributes + rsaPem, rsa],
  ['a whole .env file', 'PKCS#8 PEM', `PRIVATE_KEY="${rsaPem}"\nOTHER=1\n`, rsa],
  ['the same PEM twice', 'PKCS#8 PEM', rsaPem + rsaPem, rsa],
  ['a bundle', 'PKCS#8 PEM with its certificate', aCertificateBlock() + rsaPem, rsa],
  ['a PKCS#1 PEM', 'PKCS#1 PEM', rsaPkcs1, rsa],
  [
    'PKCS#1 under the label of PKCS#8',
    'PKCS#1 PEM labelled "PRIVATE KEY"',
    rsaPkcs1.replaceAll('RSA PRIVATE', 'PRIVATE'),
    rsa,
  ],
  [
    'PKCS#8 under the label of PKCS#1',
    'PKCS#8 PEM labelled "RSA PRIVATE KEY"',
    rsaPem.replaceAll('PRIVATE', 'RSA PRIVATE'),
    rsa,
  ],
  ['a P-256 SEC1 PEM', 'SEC1 PEM', sec1, ec],
  [
    'a P-521 SEC1 PEM',
    'SEC1 PEM',
    p521.privateKey.export({ format: 'pem', type: 'sec1' }).toString(),
    p521,
  ],
  ['PKCS#8 DER', 'PKCS#8 DER', rsaDer, rsa],
  ['PKCS#8 DER as an ArrayBuffer', 'PKCS#8 DER', new Uint8Array(rsaDer).buffer, rsa],
  [
    'a DER of less than 128 octets',
    'PKCS#8 DER',
    ed25519.privateKey.export({ format: 'der', type: 'pkcs8' }),
    ed25519,
  ],
  ['PKCS#1 DER', 'PKCS#1 DER', rsa.privateKey.export({ format: 'der', type: 'pkcs1' }), rsa],
  ['SEC1 DER', 'SEC1 DER', ec.privateKey.export({ format: 'der', type: 'sec1' }), ec],
  ['the base64 of DER', 'PKCS#8 DER in base64', base64(rsaDer), rsa],
  ['the base64url of DER', 'PKCS#8 DER in base64', rsaDer.toString('base64url'), rsa],
  [
    'the base64 of DER in lines',
    'PKCS#8 DER in base64',
    base64(rsaDer).replaceAll(/.{64}/g, '$&\n'),
    rsa,
  ],
  ['the base64 of a PEM', 'PKCS#8 PEM in base64', base64(rsaPem), rsa],
  ['base64 twice', 'PKCS#8 PEM in base64 in base64', base64(base64(rsaPem)), rsa],
  ['literal \\n', 'PKCS#8 PEM with literal \\n', rsaPem.replaceAll('\n', '\\n'), rsa],
  ['literal \\\\n', 'PKCS#8 PEM with literal \\n', rsaPem.replaceAll('\n', '\\\\n'), rsa],
  ['literal \\r\\n', 'PKCS#8 PEM with literal \\n', rsaPem.replaceAll('\n', '\\r\\n'), rsa],
  [
    'literal \\n in quotes',
    'PKCS#8 PEM with literal \\n in quotes',
    `'${rsaPem.replaceAll('\n', '\\n')}'`,
    rsa,
  ],
  ['a PEM in a string', 'PKCS#8 PEM in a JSON string', JSON.stringify(rsaPem), rsa],
  ['a PEM in quotes', 'PKCS#8 PEM in quotes', `"${rsaPem}"`, rsa],
  ['spaces for line ends', 'PKCS#8 PEM on one line', rsaPem.replaceAll('\n', ' '), rsa],
  ['no line ends', 'PKCS#8 PEM on one line', rsaPem.replaceAll('\n', ''), rsa],
  ['a BOM', 'PKCS#8 PEM with a byte order mark', `\ufeff${rsaPem}`, rsa],
  ['a BOM in octets', 'PKCS#8 PEM with a byte order mark', Buffer.from(`\ufeff${rsaPem}`), rsa],
  ['UTF-16', 'PKCS#8 PEM in UTF-16', utf16(rsaPem, [0xff, 0xfe]), rsa],
  ['UTF-16, big end first', 'PKCS#8 PEM in UTF-16', utf16(rsaPem, [0xfe, 0xff]), rsa],
  [
    "Google's service-account JSON",
    'PKCS#8 PEM in a Google service-account JSON',
    JSON.stringify(google),
    rsa,
  ],
  [
    "the base64 of Google's JSON",
    'PKCS#8 PEM in a Google service-account JSON in base64',
    base64(JSON.stringify(google)),
    rsa,
  ],
  [
    "Zitadel's key JSON",
    'PKCS#1 PEM in a Zitadel key JSON',
    { type: 'serviceaccount', keyId: 'k1', key: rsaPkcs1, userId: '1' },
    rsa,
  ],
  [
    "Okta's configuration with a JWK",
    'JWK in an Okta configuration',
    { okta: { client: { clientId: 'c', privateKey: ecJwk, keyId: 'k1' } } },
    ec,
  ],
  [
    "Okta's configuration with a PEM",
    'PKCS#8 PEM with literal \\n in an Okta configuration',
    { okta: { client: { privateKey: ecPem.replaceAll('\n', '\\n'), privateKeyId: 'k1' } } },
    ec,
  ],
  [
    'any JSON with a privateKey',
    'PKCS#8 PEM in a JSON with "privateKey"',
    { privateKey: ecPem, keyId: 'k1' },
    ec,
  ],
  [
    'any JSON with a jwks',
    'JWK of a JWK Set in a JSON with "jwks"',
    { jwks: { keys: [ecJwk] } },
    ec,
  ],
]

const pkcs1Public = rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()

const PUBLIC: readonly Row[] = [
  ['a JWK', 'JWK', ec.publicKey.export({ format: 'jwk' }), ec],
  ['a JWK Set', 'JWK of a JWK Set', { keys: [rsa.publicKey.export({ format: 'jwk' })] }, rsa],
  ['an RSA SPKI PEM', 'SPKI PEM', spki(rsa), rsa],
  ['an EC SPKI PEM', 'SPKI PEM', spki(ec), ec],
  ['an Ed25519 SPKI PEM', 'SPKI PEM', spki(ed25519), ed25519],
  ['an SPKI DER', 'SPKI DER', ec.publicKey.export({ format: 'der', type: 'spki' }), ec],
  ['the base64 of a PEM', 'SPKI PEM in base64', base64(spki(ec)), ec],
  ['a PEM on one line', 'SPKI PEM on one line', spki(ec).replaceAll('\n', ' '), ec],
  ['a PKCS#1 PEM', 'PKCS#1 public key PEM', pkcs1Public, rsa],
  [
    'a PKCS#1 DER',
    'PKCS#1 public key DER',
    rsa.publicKey.export({ format: 'der', type: 'pkcs1' }),
    rsa,
  ],
]

describe('readKey', () => {
  for (const [what, form, input, pair] of PRIVATE) {
    test(`reads ${what} as a private key: ${form}`, async () => {
      const reading = await readKey(input)
      const expected = pair.publicKey.export({ format: 'jwk' })
      assert.equal(reading.half, 'private')
      assert.equal(reading.form, form)
      assertSameMembers(reading.publicKey.jwk, expected)
      const key = await importPrivateKey(input)
      assertSameMembers(exportPrivateJwk(key), pair.privateKey.export({ format: 'jwk' }))
    })

    test(`refuses ${what} of a private key where a public one is expected`, async () => {
      const isNamed = { code: 'ERR_KEY_WRONG_HALF', message: /^this is a private key \(/ }
      await assert.rejects(importPublicKey(input), isNamed)
    })
  }

  for (const [what, form, input, pair] of PUBLIC) {
    test(`reads ${what} as a public key: ${form}`, async () => {
      const reading = await readKey(input)
      assert.equal(reading.half, 'public')
      assert.equal(reading.form, form)
      assert.equal((await importPublicKey(input)).kid, await thumbprintOf(pair))
    })

    test(`refuses ${what} of a public key where a private one is expected`, async () => {
      const isNamed = { code: 'ERR_KEY_WRONG_HALF', message: /^this is a public key \(/ }
      await assert.rejects(importPrivateKey(input), isNamed)
    })
  }

  test('takes kid from the file that a service hands out', async () => {
    const google = { type: 'service_account', private_key_id: 'from-google', private_key: rsaPem }
    const zitadel = { type: 'application', keyId: 'from-zitadel', key: rsaPkcs1 }
    const okta = { okta: { client: { privateKey: ecPem, keyId: 'from-okta' } } }
    assert.equal((await importPrivateKey(google)).kid, 'from-google')
    assert.equal((await importPrivateKey(JSON.stringify(zitadel))).kid, 'from-zitadel')
    assert.equal((await importPrivateKey(okta)).kid, 'from-okta')
  })

  test('prefers the kid of the JWK to that around it, and the one given to both', async () => {
    const okta = { okta: { client: { privateKey: { ...ecJwk, kid: 'inner' }, keyId: 'outer' } } }
    assert.equal((await importPrivateKey(okta)).kid, 'inner')
    assert.equal((await importPrivateKey(okta, { kid: 'given' })).kid, 'given')
  })

  test('adds kid and alg to a key that has none', async () => {
    const key = await importPrivateKey(rsaPem, { kid: 'mine', alg: 'PS256' })
    assert.equal(key.kid, 'mine')
    assert.equal(key.alg, 'PS256')
    assert.equal(key.publicKey.jwk.alg, 'PS256')
  })

  test('takes either name of Ed25519 for a key that has the other', async () => {
    const jwk = { ...ed25519.privateKey.export({ format: 'jwk' }), alg: 'EdDSA' }
    assert.equal((await importPrivateKey(jwk, { alg: 'Ed25519' })).alg, 'EdDSA')
  })

  test('ignores a passphrase that is not needed', async () => {
    const key = await importPrivateKey(rsaPem, { passphrase: 'not needed' })
    assert.equal(key.publicKey.kty, 'RSA')
  })

  test('derives the public point where a SEC1 key leaves it out', async () => {
    const d = Buffer.from(ecJwk.d as string, 'base64url')
    const curve = Buffer.from('06082a8648ce3d030107', 'hex')
    const der = Buffer.concat([
      Buffer.from([0x30, 3 + 34 + 12, 2, 1, 1, 4, 32]),
      d,
      Buffer.from([0xa0, 10]),
      curve,
    ])
    const key = await importPrivateKey(der)
    assert.equal(key.kid, await thumbprintOf(ec))
  })

  test('reads a private scalar whose leading zeros were left out', async () => {
    const shortened = Buffer.from('300f020101040107a00706052b81040022', 'hex')
    const key = await importPrivateKey(shortened)
    assert.equal(key.publicKey.crv, 'P-384')
    const { d } = exportPrivateJwk(key) as { d: string }
    assert.equal(Buffer.from(d, 'base64url').toString('hex'), '07'.padStart(96, '0'))
  })
})

/** Members that Node exports, without metadata: every one of them is the same. */
function assertSameMembers(actual: object, expected: object): void {
  for (const [name, value] of Object.entries(expected)) {
    assert.equal((actual as Record<string, unknown>)[name], value, `member ${name}`)
  }
}

function aSecretJwk(): object {
  return { kty: 'oct', ['k']: 'c2VjcmV0' }
}

function aCertificateBlock(): string {
  return ['-----BEGIN', 'CERTIFICATE-----\nMAA=\n-----END', 'CERTIFICATE-----\n'].join(' ')
}
