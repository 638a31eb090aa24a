import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as jose from 'jose'
import { accessTokenHash, createDpopProof, verifyDpopProof } from '@keygrant/core/dpop'
import { importPrivateKey } from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'
import { ACCESS_TOKEN, expecting, NOW, URL_OF_TOKEN } from './fixtures.ts'

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
      const key = await importPrivateKey({ ...(await jose.exportJWK(privateKey)), alg })
      const proof = await createDpopProof({
        method: 'GET',
        url: 'https://api.example/a?b',
        key,
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
