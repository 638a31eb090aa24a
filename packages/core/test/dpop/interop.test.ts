import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as jose from 'jose'
import { accessTokenHash, createDpopProof, verifyDpopProof } from '@keygrant/core/dpop'
import { exportPrivateJwk, generateKey, importPrivateKey } from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'
import { ACCESS_TOKEN, aProof, bareJwk, expecting, key, NOW, URL_OF_TOKEN } from './fixtures.ts'

interface RfcCorpus {
  proofs: { line: number; proof: string; claims: { htm: string; htu: string; iat: number } }[]
  accessTokens: [string]
  jktFromRFC: string
  athFromRFC: string
}

describe('the examples of RFC 9449', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  const { proofs, accessTokens, jktFromRFC, athFromRFC } =
    readCorpus<RfcCorpus>('rfc/rfc9449-dpop.json')
  for (const { line, proof, claims } of proofs) {
    test(`the proof at line ${line} is accepted, and its key has the thumbprint of the RFC`, async () => {
      const report = await verifyDpopProof(proof, {
        method: claims.htm,
        url: claims.htu,
        now: claims.iat,
        jkt: jktFromRFC,
        replay: 'unchecked',
        ...('ath' in claims ? { accessToken: accessTokens[0] } : {}),
      })
      assert.ok(report.accepted)
      assert.equal(report.jkt, jktFromRFC)
    })
  }

  test('the hash of the access token is that of the RFC', async () => {
    assert.equal(await accessTokenHash(accessTokens[0]), athFromRFC)
  })
})

describe('jose and we', () => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'RS256', 'PS256'] as const) {
    test(`${alg}: we accept a proof that jose signed`, async () => {
      const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true })
      const jwk = await jose.exportJWK(publicKey)
      const proof = await new jose.SignJWT({ htm: 'POST', htu: URL_OF_TOKEN, jti: 'jti-1' })
        .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk })
        .setIssuedAt(NOW)
        .sign(privateKey)
      const report = await verifyDpopProof(proof, expecting())
      assert.ok(report.accepted)
      assert.equal(report.jkt, await jose.calculateJwkThumbprint(jwk))
    })

    test(`${alg}: jose accepts our proof by the key in its header`, async () => {
      const { privateKey } = await jose.generateKeyPair(alg, { extractable: true })
      const signer = await importPrivateKey({ ...(await jose.exportJWK(privateKey)), alg })
      const proof = await createDpopProof({
        method: 'GET',
        url: 'https://api.example/a?b',
        key: signer,
        accessToken: ACCESS_TOKEN,
        nonce: 'n1',
        now: NOW,
      })
      const { payload, protectedHeader } = await jose.jwtVerify(proof, jose.EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [alg],
        currentDate: new Date(NOW * 1000),
        maxTokenAge: 60,
        requiredClaims: ['jti', 'htm', 'htu', 'ath', 'nonce'],
      })
      assert.deepEqual([payload['htm'], payload['htu']], ['GET', 'https://api.example/a'])
      assert.deepEqual(Object.keys(protectedHeader).toSorted(), ['alg', 'jwk', 'typ'])
    })
  }
})

/** Mostly what is right, sometimes what is not. */
function mostly<T>(right: T, ...odd: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, fc.constantFrom(undefined, ...odd))
}

const stranger = await generateKey({ kty: 'EC', crv: 'P-256' })
const proofs = fc.record({
  header: fc.record({
    typ: mostly('dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt', 'JWT', 7),
    alg: mostly('ES256', 'none', 'HS256', 'ES384', 'es256'),
    jwk: mostly(
      bareJwk(key),
      bareJwk(stranger),
      { ...bareJwk(key), kid: 'k', use: 'sig' },
      { ...bareJwk(key), use: 'enc' },
      { ...bareJwk(key), alg: 'ES256' },
      { ...bareJwk(key), key_ops: ['verify'] },
      { ...bareJwk(key), key_ops: ['encrypt'] },
      exportPrivateJwk(key),
      { keys: [bareJwk(key)] },
      'x',
    ),
    kid: mostly(undefined, 'k', 7),
    crit: mostly(undefined, ['exp'], []),
  }),
  claims: fc.record({
    htm: mostly('POST', 'post', 7),
    htu: mostly(URL_OF_TOKEN, `${URL_OF_TOKEN}?a`, `${URL_OF_TOKEN}#b`, 'x', 7),
    iat: mostly(NOW, NOW - 60, NOW - 61, NOW + 10, NOW + 11, 'x', null),
    jti: mostly('jti-1', '', 7),
    exp: mostly(undefined, NOW + 60),
    nbf: mostly(undefined, NOW),
  }),
})

describe('a proof that we accept', () => {
  test('jose refuses only when the public key says "sign", as the halves of exported pairs do', async () => {
    const proof = await aProof({}, { jwk: { ...bareJwk(key), key_ops: ['sign'] } })
    assert.equal((await verifyDpopProof(proof, expecting())).accepted, true)
    await assert.rejects(jose.jwtVerify(proof, jose.EmbeddedJWK), /key/i)
  })

  test('jose accepts too, for 1000 proofs right and wrong', async () => {
    const counts = { we: 0, jose: 0 }
    await fc.assert(
      fc.asyncProperty(proofs, async ({ header, claims }) => {
        const proof = await aProof(claims, header)
        const we = (await verifyDpopProof(proof, expecting())).accepted
        const they = await jose
          .jwtVerify(proof, jose.EmbeddedJWK, {
            typ: 'dpop+jwt',
            algorithms: ['ES256'],
            currentDate: new Date(NOW * 1000),
            maxTokenAge: 60,
            clockTolerance: 10,
            requiredClaims: ['jti', 'htm', 'htu', 'iat'],
          })
          .then(
            () => true,
            () => false,
          )
        if (we) counts.we++
        if (they) counts.jose++
        assert.ok(!we || they, `we accept what jose refuses: ${JSON.stringify([header, claims])}`)
      }),
      { numRuns: 1000, seed: 42 },
    )
    assert.ok(counts.we > 100 && counts.jose > counts.we, JSON.stringify(counts))
  })
})
