import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { describe, test } from 'node:test'
import {
  importPrivateKey,
  importPublicKey,
  type JwsAlgorithm,
  jwsAlgorithm,
} from '@keygrant/core/keys'
import { anRsaPair, pkcs8, spki } from './key-files.ts'

const pair = anRsaPair()
const input = new TextEncoder().encode('signing input')
const PSS = crypto.constants.RSA_PKCS1_PSS_PADDING

/** A PSS signature by Node itself, with any hash and salt. */
function signed(hash: string, saltLength: number): Uint8Array {
  return crypto.sign(hash, input, { key: pair.privateKey, padding: PSS, saltLength })
}

for (const [alg, hash, saltLength] of [
  ['PS256', 'sha256', 32],
  ['PS384', 'sha384', 48],
  ['PS512', 'sha512', 64],
] as const) {
  const algorithm = jwsAlgorithm(alg) as JwsAlgorithm

  describe(alg, async () => {
    const publicKey = await importPublicKey(spki(pair))
    const privateKey = await importPrivateKey(pkcs8(pair), { alg })

    test(`signs with a salt of exactly ${saltLength} octets`, async () => {
      const signature = await privateKey.sign(input)
      const options = { key: pair.publicKey, padding: PSS, saltLength }
      assert.ok(crypto.verify(hash, input, options, signature))
    })

    test(`verifies a signature with a salt of ${saltLength} octets`, async () => {
      assert.ok(await publicKey.verify(algorithm, signed(hash, saltLength), input))
    })

    for (const other of [0, saltLength - 1, saltLength + 1, 20, 190]) {
      test(`refuses a salt of ${other} octets`, async () => {
        assert.equal(await publicKey.verify(algorithm, signed(hash, other), input), false)
      })
    }

    test('refuses another hash, and PKCS#1 v1.5', async () => {
      const otherHash = hash === 'sha256' ? 'sha384' : 'sha256'
      assert.equal(await publicKey.verify(algorithm, signed(otherHash, saltLength), input), false)
      const pkcs1 = crypto.sign(hash, input, pair.privateKey)
      assert.equal(await publicKey.verify(algorithm, pkcs1, input), false)
    })

    for (const octets of [0, 1, 255, 257]) {
      test(`refuses a signature of ${octets} octets`, async () => {
        assert.equal(await publicKey.verify(algorithm, new Uint8Array(octets), input), false)
      })
    }
  })
}

test('one key without alg verifies every RSA algorithm, each by its own rules', async () => {
  const publicKey = await importPublicKey(spki(pair))
  for (const alg of ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'] as const) {
    const key = await importPrivateKey(pkcs8(pair), { alg })
    const signature = await key.sign(input)
    for (const other of ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'] as const) {
      const isValid = await publicKey.verify(jwsAlgorithm(other) as JwsAlgorithm, signature, input)
      assert.equal(isValid, alg === other, `${alg} verified as ${other}`)
    }
  }
})
