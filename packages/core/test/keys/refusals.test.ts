import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { describe, test } from 'node:test'
import { KeyError, type KeyErrorCode } from '@keygrant/core/errors'
import {
  type ImportPrivateKeyOptions,
  importPrivateKey,
  importPublicKey,
  MAX_KEY_INPUT,
  readKey,
} from '@keygrant/core/keys'
import { anEcPair, anEd25519Pair, anRsaPair, pkcs8, spki } from './key-files.ts'

const rsaPem = pkcs8(anRsaPair())
const ec = anEcPair()
const ecPem = pkcs8(ec)
const ecJwk = ec.privateKey.export({ format: 'jwk' })
const ecPublicJwk = ec.publicKey.export({ format: 'jwk' })
const rsaJwk = anRsaPair().privateKey.export({ format: 'jwk' })
const edJwk = anEd25519Pair().privateKey.export({ format: 'jwk' })
const ecDer = ec.privateKey.export({ format: 'der', type: 'pkcs8' })

/** A PEM block of some label, put together so that no test file holds a key. */
function block(label: string, body = 'AAAA'): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`
}

function lines(pem: string): string[] {
  return pem.trim().split('\n')
}

type Row = readonly [
  what: string,
  input: unknown,
  message: RegExp,
  code?: KeyErrorCode,
  options?: ImportPrivateKeyOptions,
]

const TEXTS: readonly Row[] = [
  ['nothing', '', /^the input is empty; check that the file or the variable holds the key$/],
  ['white space', ' \r\n\t', /^the input is empty/],
  ['no octets', new Uint8Array(), /^the input is empty/],
  ['quotes around nothing', '""', /^the input is empty/],
  [
    'the first line of a PEM, as an unquoted .env value leaves it',
    lines(rsaPem)[0],
    /only the first line of a PEM \("-----BEGIN PRIVATE KEY-----"\): the value was cut at its first line break; in a \.env file put the whole key into double quotes/,
  ],
  ['the same with a quote before it', `"${lines(rsaPem)[0]}`, /only the first line of a PEM/],
  [
    'a PEM without its end',
    lines(rsaPem).slice(0, 9).join('\n'),
    /cut off: it has .* but not "-----END PRIVATE KEY-----"/,
  ],
  ['a PEM without its beginning', lines(rsaPem).slice(1).join('\n'), /^the input is no key/],
  [
    'a PEM that lost lines',
    lines(rsaPem).toSpliced(4, 3).join('\n'),
    /PKCS#8 PEM is damaged|key PEM is damaged: it ends too early/,
  ],
  [
    'a PEM that ends as another',
    ecPem.replace('END PRIVATE', 'END PUBLIC'),
    /begins as "PRIVATE KEY" and ends as "PUBLIC KEY"/,
  ],
  ['a PEM with dots for what was cut', block('PRIVATE KEY', 'MIIEvQ…'), /is not base64 inside/],
  ['a PEM that was redacted', block('PRIVATE KEY', '[REDACTED]'), /is not base64 inside/],
  ['an empty PEM', block('PRIVATE KEY', ''), /the PEM block "PRIVATE KEY" is empty/],
  ['a PEM with nothing inside', block('PRIVATE KEY'), /key PEM is damaged/],
  ['a PEM that is percent-encoded', encodeURIComponent(ecPem), /the PEM is percent-encoded/],
  [
    'a PEM that is percent-encoded as a form is',
    new URLSearchParams({ key: ecPem }).toString().slice(4),
    /the PEM is percent-encoded, as for a form/,
  ],
  [
    'a PEM whose body is percent-encoded',
    block('PRIVATE KEY', 'MIIB%2FQ'),
    /the PEM is percent-encoded/,
  ],
  ['a PEM with HTML entities', block('PRIVATE KEY', 'MIIB&#43;Q'), /holds HTML entities/],
  [
    'a PEM that was quoted in a message',
    `> ${lines(ecPem).join('\n> ')}`,
    /has a mark such as ">" before its lines/,
  ],
  [
    'a PEM whose "+" became spaces',
    rsaPem.replaceAll('+', ' '),
    /has spaces where "\+" was: something decoded it as a form; send "\+" as %2B/,
  ],
  [
    'a short PEM whose "+" became spaces',
    block('PRIVATE KEY', 'MIGHAgE MBMG'),
    /has spaces where "\+" was/,
  ],
  [
    'a PEM whose "+" is lost, of no length',
    block('PRIVATE KEY', 'MIIB A'),
    /spaces where "\+" was/,
  ],
  [
    'a Kubernetes Secret',
    `kind: Secret\ndata:\n  tls.key: ${Buffer.from(ecPem).toString('base64')}\n`,
    /a PEM in base64 among other text, as in a Kubernetes Secret/,
  ],
  [
    'a PEM with typographic dashes',
    ecPem.replaceAll('-----', '——'),
    /dashes around BEGIN were replaced/,
  ],
  [
    'two private keys',
    rsaPem + ecPem,
    /the PEM holds 2 private keys; give only the one/,
    'ERR_KEY_AMBIGUOUS',
  ],
  [
    'DER with something behind it',
    Buffer.concat([ecDer, Buffer.from([0])]),
    /PKCS#8 DER is damaged: something follows its end/,
  ],
  ['DER cut short', ecDer.subarray(0, -1), /DER is damaged: it ends too early/],
  [
    'BER',
    Buffer.from([0x30, 0x80, 2, 1, 0, 0, 0]),
    /is damaged: it is BER with indefinite lengths/,
  ],
  [
    'DER that states a huge length',
    Buffer.from([0x30, 0x84, 255, 255, 255, 255]),
    /states a huge length/,
  ],
  [
    'another DER structure',
    Buffer.from([0x30, 3, 1, 1, 255]),
    /has a structure that is no private or public key/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'an HTML page',
    '<!doctype html><html><body>Sign in</body></html>',
    /an HTML or XML page, not a key/,
  ],
  [
    'an RSA key in XML',
    '<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>',
    /an RSA key in XML; export it as PEM/,
  ],
  ['a JWT', 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln', /a JWT \(something signed\), not a key/],
  ['a JWE', 'eyJhbGciOiJkaXIifQ..aXY.Y3Q.dGFn', /a JWE: something encrypted; decrypt it first/],
  ['a JWE in JSON', { protected: 'e30', ciphertext: 'AAAA' }, /a JWE: a JSON that is encrypted/],
  ['a client secret', 'b3VyLWNsaWVudC1zZWNyZXQtZm9yLWh0dHA', /a client secret is none either/],
  ['a client secret with punctuation', 'p8e~8Q!x_secret.value', /a client secret is none either/],
  ['a secret of 64 hex digits', '0f'.repeat(32), /a client secret is none either/],
  ['the name of a file', './keys/private.pem', /the name of a file, not a key/],
  ['a name without a folder', 'private-key.json', /the name of a file, not a key/],
  ['a path of base64 letters', '/etc/keygrant/key', /the name of a file, not a key/],
  ['an address', 'https://as.example/jwks', /an address, not a key/],
  ['a PKCS#11 address', 'pkcs11://token=a', /used through a signer/],
  [
    'a PuTTY key',
    'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none',
    /a PuTTY key file; convert it: puttygen/,
  ],
  ['an age key', 'AGE-SECRET-KEY-1QQQ', /an age key, for encryption/],
  [
    'a Java keystore',
    Buffer.from('feedfeed00000002', 'hex'),
    /a Java keystore \(JKS\); convert it: keytool/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['other binary data', Buffer.from([0, 1, 2, 3]), /binary data that is no key known here/],
  ['an OpenPGP key', block('PGP PRIVATE KEY BLOCK'), /an OpenPGP block/, 'ERR_KEY_UNSUPPORTED'],
  ['a DSA key', block('DSA PRIVATE KEY'), /a DSA key or its parameters/, 'ERR_KEY_UNSUPPORTED'],
  ['DH parameters', block('DH PARAMETERS'), /Diffie-Hellman parameters/, 'ERR_KEY_UNSUPPORTED'],
  ['a revocation list', block('X509 CRL'), /a certificate revocation list/, 'ERR_KEY_UNSUPPORTED'],
  [
    'an SSH security key',
    `sk-ssh-ed25519@openssh.com ${sshString('sk-ssh-ed25519@openssh.com')}`,
    /stays in a security key/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'an SSH DSA key',
    `ssh-dss ${sshString('ssh-dss')} me@host`,
    /is a DSA key/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['a string within too many strings', nested(ecPem, 6), /wrapped too many times/],
  ['an input that is too large', 'A'.repeat(MAX_KEY_INPUT + 1), /larger than 65536 octets/],
  ['octets that are too many', new Uint8Array(MAX_KEY_INPUT + 1), /larger than 65536 octets/],
]

const JSONS: readonly Row[] = [
  [
    'broken JSON',
    '{"kty":"EC",',
    /begins like JSON and is none: there is a syntax error at character/,
  ],
  ['a member twice', '{"kty":"EC","kty":"RSA"}', /a member is named twice/],
  ['deep nesting', '['.repeat(20) + ']'.repeat(20), /nested too deeply/],
  ['an array of keys', [ecJwk], /this is an array; .* write the keys as \{"keys": \[…\]\}/],
  ['an object that is no key', { hello: 'world' }, /without "kty", so it is no JWK/],
  ['an empty object', {}, /without "kty"/],
  ['a CryptoKey', await aCryptoKey(), /a CryptoKey of the runtime/],
  [
    'a key that was imported',
    await importPrivateKey(ecPem),
    /was imported already; use it as it is/,
  ],
  ['a Map', new Map([['kty', 'EC']]), /without "kty"/],
  ["Node's KeyObject", ec.privateKey, /a KeyObject of Node, not a JWK; give what key\.export/],
  ['a secret KeyObject', createSecretKey(Buffer.alloc(32)), /a KeyObject of Node/],
  [
    "Google's user credentials",
    { type: 'authorized_user', refresh_token: 'x' },
    /"authorized_user", which holds no private key/,
  ],
  [
    "Google's JSON without a key",
    { type: 'service_account' },
    /a Google service-account JSON that holds no key/,
  ],
  [
    "Okta's configuration without a key",
    { okta: { client: { orgUrl: 'https://a' } } },
    /an Okta configuration that holds no key/,
  ],
  [
    'a shared secret',
    { kty: 'oct', ['k']: 'AAAA' },
    /has "kty" "oct": it is a shared secret/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['an unknown key type', { kty: 'LMS' }, /has no "kty" that can sign/, 'ERR_KEY_UNSUPPORTED'],
  [
    'a kty that is an array',
    { ...ecJwk, kty: ['EC'] },
    /has no "kty" that can sign/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['an inherited kty', Object.create(ecJwk), /without "kty"/],
  [
    'secp256k1',
    { ...ecJwk, crv: 'secp256k1' },
    /"crv" "secp256k1", which can not sign here/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'a curve named constructor',
    { ...ecJwk, crv: 'constructor' },
    /can not sign here/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'a curve with a secret in its name',
    { ...ecJwk, crv: ecJwk.d?.repeat(2) },
    /"crv" that is unknown/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'X25519',
    { ...edJwk, crv: 'X25519' },
    /"crv" "X25519", which can not sign/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['Ed448', { ...edJwk, crv: 'Ed448' }, /"crv" "Ed448", which can not sign/, 'ERR_KEY_UNSUPPORTED'],
  ['a coordinate that is too short', { ...ecJwk, x: 'AAAA' }, /a "x" of 3 octets instead of 32/],
  [
    'a coordinate with padding',
    { ...ecJwk, x: `${ecJwk.x}=` },
    /"x" that is not canonical base64url/,
  ],
  ['a coordinate that is a number', { ...ecJwk, x: 1 }, /"x" that is not a string/],
  ['a missing coordinate', { ...ecJwk, y: undefined }, /has no "y"/],
  ['a point that is not on its curve', { ...ecJwk, y: ecJwk.x }, /the point is not on its curve/],
  [
    'a private value of another key',
    { ...ecJwk, d: anEcPair().privateKey.export({ format: 'jwk' }).d },
    /do not belong to the public ones/,
  ],
  ['a private value of zero', { ...ecJwk, d: 'A'.repeat(43) }, /make no valid key|do not belong/],
  [
    'an Ed25519 private value of another key',
    { ...edJwk, d: anEd25519Pair().privateKey.export({ format: 'jwk' }).d },
    /do not belong|no valid key/,
  ],
  [
    'RSA members of two keys',
    { ...rsaJwk, n: anRsaPair().publicKey.export({ format: 'jwk' }).n },
    /do not belong|no valid key/,
  ],
  [
    'RSA without some of its members',
    { ...rsaJwk, qi: undefined, dq: undefined },
    /without "dq", "qi"; export it again/,
  ],
  [
    'RSA with d of another key and no primes',
    { kty: 'RSA', n: rsaJwk.n, e: rsaJwk.e, d: anRsaPair().privateKey.export({ format: 'jwk' }).d },
    /do not follow from "n", "e" and "d"/,
  ],
  [
    'RSA with three primes',
    { ...rsaJwk, oth: [{}] },
    /more than two primes/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'RSA with a leading zero',
    {
      ...rsaJwk,
      n: Buffer.concat([Buffer.alloc(1), Buffer.from(rsaJwk.n as string, 'base64url')]).toString(
        'base64url',
      ),
    },
    /"n" with a leading zero octet/,
  ],
  [
    'RSA with e = 1',
    { ...rsaJwk, e: 'AQ' },
    /an exponent that is even, below 65537/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['RSA with e = 3', { ...rsaJwk, e: 'Aw' }, /below 65537/, 'ERR_KEY_UNSUPPORTED'],
  [
    'RSA with an even e',
    { ...rsaJwk, e: 'AQAC' },
    /an exponent that is even/,
    'ERR_KEY_UNSUPPORTED',
  ],
  ['RSA with an e of 33 bits', { ...rsaJwk, e: 'AQAAAAE' }, /above 32 bits/, 'ERR_KEY_UNSUPPORTED'],
  ['RSA with n = 0', { kty: 'RSA', n: 'AA', e: 'AQAB' }, /"n" with a leading zero octet/],
  [
    'RSA of 2047 bits',
    { kty: 'RSA', n: Buffer.alloc(256, 0x7f).toString('base64url'), e: 'AQAB' },
    /modulus of 2047 bits/,
    'ERR_KEY_TOO_SMALL',
  ],
  [
    'RSA of 8193 bits',
    {
      kty: 'RSA',
      n: Buffer.from([1, ...Buffer.alloc(1024, 0xff)]).toString('base64url'),
      e: 'AQAB',
    },
    /modulus of 8193 bits, not 2048 to 8192/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'RSA with an even n',
    { kty: 'RSA', n: Buffer.alloc(256, 0xfe).toString('base64url'), e: 'AQAB' },
    /an even RSA modulus/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'RSA with a private member that is too long',
    { ...rsaJwk, qi: Buffer.alloc(4096, 1).toString('base64url') },
    /"qi" of 4096 octets instead of 256 at most/,
  ],
  [
    'an alg for another key type',
    { ...ecJwk, alg: 'RS256' },
    /"alg" "RS256", which contradicts its key type P-256; remove "alg", or state one that fits the key/,
  ],
  ['an alg for another curve', { ...ecJwk, alg: 'ES384' }, /"alg" "ES384", which contradicts/],
  [
    'an alg that is HMAC',
    { ...rsaJwk, alg: 'HS256' },
    /"alg" that is not a signature algorithm/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'an alg that is none',
    { ...rsaJwk, alg: 'none' },
    /"alg" that is not a signature algorithm/,
    'ERR_KEY_UNSUPPORTED',
  ],
  [
    'an alg that contradicts the one asked for',
    { ...rsaJwk, alg: 'RS256' },
    /is for "alg" "RS256", not "PS256"/,
    'ERR_KEY_UNSUPPORTED',
    { alg: 'PS256' },
  ],
  [
    'an alg asked for that contradicts a PEM',
    ecPem,
    /the PKCS#8 PEM has "alg" "RS256", which contradicts its key type P-256/,
    'ERR_KEY_MALFORMED',
    { alg: 'RS256' },
  ],
  ['a kid that is a number', { ...ecJwk, kid: 7 }, /"kid" that is not a non-empty string/],
  ['an empty kid', { ...ecJwk, kid: '' }, /"kid" that is not a non-empty string/],
  ['key_ops that is a string', { ...ecJwk, key_ops: 'sign' }, /"key_ops" that is not an array/],
  ['key_ops with one twice', { ...ecJwk, key_ops: ['sign', 'sign'] }, /distinct strings/],
]

const SETS: readonly Row[] = [
  ['an empty set', { keys: [] }, /holds no private key; the set is empty/, 'ERR_KEY_NOT_FOUND'],
  [
    'a set without the kid',
    {
      keys: [
        { ...ecJwk, kid: 'a' },
        { ...rsaJwk, kid: 'b' },
      ],
    },
    /with this "kid"; it holds the keys "a", "b"/,
    'ERR_KEY_NOT_FOUND',
    { kid: 'c' },
  ],
  [
    'a set without the alg',
    { keys: [{ ...ecJwk, kid: 'a' }] },
    /holds no private key for "RS256"/,
    'ERR_KEY_NOT_FOUND',
    { alg: 'RS256' },
  ],
  [
    'a set of two',
    {
      keys: [
        { ...ecJwk, kid: 'a' },
        { ...rsaJwk, kid: 'b' },
      ],
    },
    /2 private keys that fit; name one by its "kid": "a", "b"/,
    'ERR_KEY_AMBIGUOUS',
  ],
  [
    'a set with one kid twice',
    {
      keys: [
        { ...ecJwk, kid: 'a' },
        { ...rsaJwk, kid: 'a' },
      ],
    },
    /2 private keys that fit; give each key a "kid" of its own/,
    'ERR_KEY_AMBIGUOUS',
    { kid: 'a' },
  ],
  [
    'a set of public keys',
    { keys: [ecPublicJwk] },
    /a public key \(JWK of a JWK Set\) where a private key is expected/,
    'ERR_KEY_WRONG_HALF',
  ],
  [
    'a secret in a set',
    { keys: [{ kty: 'oct', ['k']: 'AAAA', kid: 'a' }] },
    /"kty" "oct"/,
    'ERR_KEY_UNSUPPORTED',
    { kid: 'a' },
  ],
  ['a set of nonsense', { keys: [1, null, [], 'a'] }, /the set is empty/, 'ERR_KEY_NOT_FOUND'],
]

for (const [suite, rows, read] of [
  ['readKey refuses', TEXTS, readKey],
  ['readKey refuses as JSON', JSONS, readKey],
  ['importPrivateKey refuses', SETS, importPrivateKey],
] as const) {
  describe(suite, () => {
    for (const [what, input, message, code = 'ERR_KEY_MALFORMED', options] of rows) {
      test(what, async () => {
        const error = await refusalOf(read(input as string, options))
        assert.match(error.message, message)
        assert.equal(error.code, code)
        assert.ok(error.fix !== undefined && error.message.endsWith(error.fix), 'it states a fix')
        assert.doesNotMatch(error.message, /\.$/)
      })
    }
  })
}

describe('importPrivateKey picks out of a JWK Set', () => {
  const keys = [
    { kty: 'oct', ['k']: 'AAAA', kid: 'secret' },
    { ...rsaJwk, kid: 'encrypts', use: 'enc' },
    { ...ecJwk, kid: 'signs' },
    { ...edJwk, kid: 'ed', alg: 'EdDSA' },
  ]
  for (const [what, options, kid] of [
    ['by kid', { kid: 'signs' }, 'signs'],
    ['by the alg of a key', { alg: 'Ed25519' }, 'ed'],
    ['by the curve that an alg needs', { alg: 'ES256' }, 'signs'],
  ] as const) {
    test(what, async () => {
      assert.equal((await importPrivateKey({ keys }, options)).kid, kid)
    })
  }

  test('the only one that signs, passing over secrets and keys for encryption', async () => {
    assert.equal((await importPrivateKey({ keys: keys.slice(0, 3) })).kid, 'signs')
  })
})

describe('arguments of the wrong type are a TypeError', () => {
  for (const [what, input, options] of [
    ['no input', undefined, {}],
    ['null', null, {}],
    ['a number', 7, {}],
    ['a function', () => ecPem, {}],
    ['a kid that is a number', ecPem, { kid: 7 }],
    ['an empty kid', ecPem, { kid: '' }],
    ['an alg that is HMAC', ecPem, { alg: 'HS256' }],
    ['a passphrase in octets', ecPem, { passphrase: new Uint8Array(4) }],
    ['a passphrase that is endless', ecPem, { passphrase: 'a'.repeat(5000) }],
  ] as const) {
    test(what, async () => {
      const bad = readKey(input as never, options as never)
      await assert.rejects(bad, { name: 'TypeError', code: /^ERR_INVALID_ARG_(TYPE|VALUE)$/ })
    })
  }
})

describe('a refusal', () => {
  test('never repeats what is secret', async () => {
    const secrets = ['d', 'p', 'q', 'dp', 'dq', 'qi'].map(
      (name) => (rsaJwk as Record<string, string>)[name] as string,
    )
    const inputs = [
      { ...rsaJwk, e: 'Aw' },
      { ...rsaJwk, qi: undefined },
      { ...rsaJwk, alg: 'HS256' },
      { ...rsaJwk, n: anRsaPair().publicKey.export({ format: 'jwk' }).n },
      JSON.stringify(rsaJwk).replace('"kty"', 'kty'),
      rsaPem.replace('END', 'EMD'),
      lines(rsaPem).slice(1, -1).join('').slice(4),
    ]
    for (const input of inputs) {
      const error = await refusalOf(importPrivateKey(input))
      const said = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
      for (const secret of secrets) assert.ok(!said.includes(secret.slice(0, 16)), error.message)
      for (const line of lines(rsaPem).slice(1, -1)) assert.ok(!said.includes(line.slice(0, 16)))
    }
  })

  test('never leaves a key that verifies an HMAC', async () => {
    const publicPem = spki(ec)
    const key = await importPublicKey(publicPem)
    const input = new TextEncoder().encode('signing input')
    for (const secret of [publicPem, publicPem.trim(), JSON.stringify(ecPublicJwk)]) {
      const mac = createHmac('sha256', secret).update(input).digest()
      const algorithm = {
        alg: 'ES256',
        kty: 'EC',
        crv: 'P-256',
        scheme: 'ECDSA',
        hash: 'SHA-256',
      } as const
      assert.equal(await key.verify(algorithm, mac, input), false)
    }
  })
})

async function refusalOf(promise: Promise<unknown>): Promise<KeyError> {
  const error = await promise.then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof KeyError, error instanceof Error ? error.stack : String(error))
  return error
}

async function aCryptoKey(): Promise<CryptoKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
  ])
  return pair.privateKey
}

/** A text as the first `string` of an SSH key, in base64. */
function sshString(text: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, Buffer.from(text)]).toString('base64')
}

function nested(text: string, depth: number): string {
  return depth === 0 ? text : nested(JSON.stringify(text), depth - 1)
}
