import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exportJwkSet, importJwkSet, importPublicKey, readJwkSet } from '@keygrant/core/keys'
import { anEcPair, anEd25519Pair, anRsaPair } from './key-files.ts'

const rsa = anRsaPair().publicKey.export({ format: 'jwk' })
const ecPair = anEcPair()
const ec = ecPair.publicKey.export({ format: 'jwk' })
const ed = anEd25519Pair().publicKey.export({ format: 'jwk' })

describe('importJwkSet', () => {
  for (const [what, input] of [
    ['an object', { keys: [rsa, ec, ed] }],
    ['text', JSON.stringify({ keys: [rsa, ec, ed] })],
    ['octets', Buffer.from(JSON.stringify({ keys: [rsa, ec, ed] }))],
  ] as const) {
    test(`reads ${what} and keeps the order`, async () => {
      const keys = await importJwkSet(input)
      assert.deepEqual(
        keys.map(({ kty }) => kty),
        ['RSA', 'EC', 'OKP'],
      )
    })
  }

  test('reads what exportJwkSet writes', async () => {
    const keys = await Promise.all([rsa, ec].map((jwk) => importPublicKey(jwk)))
    const again = await importJwkSet(JSON.stringify(exportJwkSet(keys)))
    assert.deepEqual(
      again.map(({ jwk }) => jwk),
      keys.map(({ jwk }) => jwk),
    )
  })

  for (const [what, input, code] of [
    ['no set', { kty: 'EC' }, 'ERR_KEY_MALFORMED'],
    ['keys that are no array', { keys: {} }, 'ERR_KEY_MALFORMED'],
    ['text that is no JSON', 'keys', 'ERR_KEY_MALFORMED'],
    ['a duplicate member', '{"keys":[],"keys":[]}', 'ERR_KEY_MALFORMED'],
    [
      'a private key',
      { keys: [ec, ecPair.privateKey.export({ format: 'jwk' })] },
      'ERR_KEY_WRONG_HALF',
    ],
    [
      'more keys than are read',
      { keys: Array.from({ length: 1001 }, () => ec) },
      'ERR_KEY_MALFORMED',
    ],
    ['a string for a key', { keys: ['a'] }, 'ERR_KEY_MALFORMED'],
    ['null for a key', { keys: [null] }, 'ERR_KEY_MALFORMED'],
    [
      'two keys with one kid',
      {
        keys: [
          { ...rsa, kid: 'a' },
          { ...ec, kid: 'a' },
        ],
      },
      'ERR_KEY_AMBIGUOUS',
    ],
    [
      'one key for two algorithms',
      {
        keys: [
          { ...rsa, kid: 'a', alg: 'RS256' },
          { ...rsa, kid: 'a', alg: 'PS256' },
        ],
      },
      'ERR_KEY_AMBIGUOUS',
    ],
  ] as const) {
    test(`refuses ${what}`, async () => {
      await assert.rejects(importJwkSet(input), { name: 'KeyError', code })
    })
  }
})

describe('readJwkSet', () => {
  test('keeps the keys that can verify and says what is wrong with the others', async () => {
    const { keys, refused } = await readJwkSet({
      keys: [
        { ...rsa, kid: 'a' },
        { kty: 'oct', ['k']: 'AAAA' },
        { kty: 'EC', crv: 'secp256k1', x: ec.x, y: ec.y },
        ecPair.privateKey.export({ format: 'jwk' }),
        { ...ec, kid: 'b' },
        7,
      ],
    })
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      ['a', 'b'],
    )
    assert.deepEqual(
      refused.map(({ index, error }) => [index, error.code]),
      [
        [1, 'ERR_KEY_UNSUPPORTED'],
        [2, 'ERR_KEY_UNSUPPORTED'],
        [3, 'ERR_KEY_WRONG_HALF'],
        [5, 'ERR_KEY_MALFORMED'],
      ],
    )
  })

  test('keeps none of two different keys with one kid', async () => {
    const { keys, refused } = await readJwkSet({
      keys: [{ ...rsa, kid: 'a' }, { ...ec, kid: 'a' }, ed],
    })
    assert.deepEqual(
      keys.map(({ kty }) => kty),
      ['OKP'],
    )
    assert.deepEqual(
      refused.map(({ index, error }) => [index, error.code]),
      [
        [0, 'ERR_KEY_AMBIGUOUS'],
        [1, 'ERR_KEY_AMBIGUOUS'],
      ],
    )
  })

  test('keeps a key once that is there twice', async () => {
    const { keys, refused } = await readJwkSet({ keys: [ec, { ...ec }] })
    assert.equal(keys.length, 1)
    assert.deepEqual(refused, [])
  })
})
