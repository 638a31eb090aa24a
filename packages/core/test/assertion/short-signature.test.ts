/**
 * ECDSA signatures of which s is so short that they do not become r || s in place: of P-256, one in 33 million.
 * @module
 */

import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { suite, test } from 'node:test'
import { signAssertion, signJws } from '../../src/assertion/index.ts'
import { derFromConcatenated, SCALAR_OCTETS } from '../../src/keys/ecdsa-der.ts'
import { generateKey } from '../../src/keys/index.ts'

suite('a signature of which s lacks four octets', () => {
  for (const [crv, octets] of Object.entries(SCALAR_OCTETS)) {
    test(`by a key of ${crv} is base64url all the same`, async (t) => {
      const key = await generateKey({ kty: 'EC', crv: crv as keyof typeof SCALAR_OCTETS })
      const signature = Buffer.alloc(2 * octets, 0x11).fill(0, octets, octets + 4)
      t.mock.method(crypto, 'sign', () => Buffer.from(derFromConcatenated(signature)))
      const audience = 'https://as.example'
      const usual = await signAssertion({}, key, { clientId: 'client', audience })
      const unusual = await signAssertion({ own: 1 }, key, { clientId: 'client', audience })
      const jws = await signJws({ alg: key.alg }, Buffer.from('payload'), key)
      for (const compact of [usual, unusual, jws]) {
        assert.equal(compact.split('.')[2], signature.toString('base64url'))
      }
    })
  }
})
