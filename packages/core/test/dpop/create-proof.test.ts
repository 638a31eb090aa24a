import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJwt } from '@keygrant/core/assertion'
import { accessTokenHash, createDpopProof, verifyDpopProof } from '@keygrant/core/dpop'
import {
  generateKey,
  jwkThumbprint,
  KEY_KINDS,
  type PrivateJwk,
  supportedAlgorithms,
} from '@keygrant/core/keys'
import { ACCESS_TOKEN, bareJwk, expecting, key, NOW, URL_OF_TOKEN } from './fixtures.ts'

const options = { method: 'POST', url: URL_OF_TOKEN, key, now: NOW }

async function claimsOf(changes: Partial<Parameters<typeof createDpopProof>[0]>) {
  return parseJwt(await createDpopProof({ ...options, ...changes })).claims ?? {}
}

describe('a DPoP proof that we make', () => {
  test('is accepted by the verifier', async () => {
    const report = await verifyDpopProof(await createDpopProof(options), expecting())
    assert.ok(report.accepted)
    assert.equal(report.jkt, await jwkThumbprint(key.publicKey.jwk))
  })

  for (const [name, kind] of Object.entries(KEY_KINDS)) {
    const isHere = kind.kty !== 'AKP' || supportedAlgorithms().includes(kind.alg)
    const skip = isHere ? false : 'this runtime does not have it'
    test(`is accepted with a key of kind ${name}`, { skip }, async () => {
      const proof = await createDpopProof({ ...options, key: await generateKey(kind) })
      assert.equal((await verifyDpopProof(proof, expecting())).accepted, true)
    })
  }

  test('has the type, the algorithm and the bare public key in its header', async () => {
    assert.deepEqual(
      { ...parseJwt(await createDpopProof(options)).header, jwk: undefined },
      { typ: 'dpop+jwt', alg: 'ES256', jwk: undefined },
    )
    const { jwk } = parseJwt(await createDpopProof(options)).header ?? {}
    assert.deepEqual({ ...(jwk as unknown as PrivateJwk) }, bareJwk(key))
  })

  test('has a new jti each time', async () => {
    const jtis = await Promise.all(
      Array.from({ length: 100 }, async () => (await claimsOf({}))['jti']),
    )
    assert.equal(new Set(jtis).size, 100)
  })

  test('leaves query and fragment out of htu', async () => {
    assert.equal((await claimsOf({ url: `${URL_OF_TOKEN}?a=b#c` }))['htu'], URL_OF_TOKEN)
  })

  test('takes a URL object', async () => {
    assert.equal((await claimsOf({ url: new URL(URL_OF_TOKEN) }))['htu'], URL_OF_TOKEN)
  })

  test('has ath for an access token, and none without', async () => {
    assert.equal(
      (await claimsOf({ accessToken: ACCESS_TOKEN }))['ath'],
      await accessTokenHash(ACCESS_TOKEN),
    )
    assert.equal('ath' in (await claimsOf({})), false)
  })

  test('has the nonce that is given', async () => {
    assert.equal((await claimsOf({ nonce: 'n1' }))['nonce'], 'n1')
  })

  for (const [method, htm] of [
    ['get', 'GET'],
    ['Post', 'POST'],
    ['PATCH', 'PATCH'],
    ['patch', 'patch'],
  ] as const) {
    test(`writes the method ${method} as fetch sends it: ${htm}`, async () => {
      assert.equal((await claimsOf({ method }))['htm'], htm)
    })
  }

  for (const [what, changes] of [
    ['a relative URL', { url: '/token' }],
    ['a URL with a password', { url: 'https://user:password@as.example/' }],
    ['a URL that is not http', { url: 'ftp://as.example/' }],
    ['a method with a space', { method: 'GET /' }],
    ['an empty nonce', { nonce: '' }],
    ['a token with a line break', { accessToken: 'a\nb' }],
  ] as const) {
    test(`throws a TypeError for ${what}`, async () => {
      await assert.rejects(createDpopProof({ ...options, ...changes }), TypeError)
    })
  }
})
