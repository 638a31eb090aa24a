import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJwt } from '@keygrant/core/assertion'
import { aClientAssertion } from './fixtures.ts'

const [header, payload, signature] = (await aClientAssertion({})).split('.') as [
  string,
  string,
  string,
]

/** The payload of a JWT with this text, or these octets, as the value of a claim. */
const withClaim = (value: string | Uint8Array): string =>
  [
    header,
    Buffer.concat([Buffer.from('{"note":"'), Buffer.from(value), Buffer.from('"}')]).toString(
      'base64url',
    ),
    signature,
  ].join('.')

describe('a character beyond ASCII', () => {
  for (const character of ['é', 'Ł', '…', '\ud83d\ude00', '\ud83d']) {
    const name = JSON.stringify(character)

    test(`${name} in the signature leaves header and claims to be read`, () => {
      const jwt = parseJwt(`${header}.${payload}.${signature.slice(1)}${character}`)
      assert.equal(jwt.fault, 'the signature is not canonical base64url')
      assert.equal(jwt.header?.['alg'], 'ES256')
      assert.equal(typeof jwt.claims?.['iss'], 'string')
      assert.equal(Buffer.from(jwt.signingInput).toString(), `${header}.${payload}`)
    })

    test(`${name} in the payload leaves header and signature to be read`, () => {
      const jwt = parseJwt(`${header}.${character}${payload.slice(1)}.${signature}`)
      assert.equal(jwt.fault, 'the payload is not canonical base64url')
      assert.equal(jwt.header?.['alg'], 'ES256')
      assert.equal(jwt.claims, undefined)
      assert.deepEqual(jwt.signature && [...jwt.signature], [
        ...Buffer.from(signature, 'base64url'),
      ])
    })

    test(`${name} in the header leaves claims and signature to be read`, () => {
      const jwt = parseJwt(`${header.slice(1)}${character}.${payload}.${signature}`)
      assert.equal(jwt.fault, 'the header is not canonical base64url')
      assert.equal(jwt.header, undefined)
      assert.equal(typeof jwt.claims?.['iss'], 'string')
      assert.deepEqual(jwt.signature && [...jwt.signature], [
        ...Buffer.from(signature, 'base64url'),
      ])
    })
  }
})

describe('a claim', () => {
  for (const text of ['plain', 'é', '日本', '\ud83d\ude00', '\ufffd', 'a\ufeffb']) {
    test(`${JSON.stringify(text)} is read as it was written`, () => {
      assert.equal(parseJwt(withClaim(text)).claims?.['note'], text)
    })
  }

  for (const [what, octets] of [
    ['an octet that begins nothing', [0xff]],
    ['a sequence that is cut', [0xe2, 0x82]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a number beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['U+FFFD beside what is no UTF-8', [0xef, 0xbf, 0xbd, 0x80]],
  ] as const) {
    test(`with ${what} is refused`, () => {
      const jwt = parseJwt(withClaim(Uint8Array.from(octets)))
      assert.equal(jwt.claims, undefined)
      assert.equal(jwt.fault, 'the payload is not strict JSON: not_utf8 at character 0')
    })
  }
})
