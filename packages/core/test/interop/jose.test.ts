import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as jose from 'jose'
import { OKTA_PROFILE, signAssertion, verifyAssertion } from '@keygrant/core/assertion'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  generateKey,
  importPrivateKey,
  importPublicKey,
  type JwsAlgorithmName,
  type KeyKind,
  jwkThumbprint,
  type PublicJwk,
} from '@keygrant/core/keys'

const ISSUER = 'https://as.example'
const CLIENT_ID = '0oaclient00000000001'

const algorithms: readonly (readonly [JwsAlgorithmName, KeyKind])[] = [
  ['RS256', { kty: 'RSA', modulusBits: 2048 }],
  ['RS384', { kty: 'RSA', modulusBits: 2048 }],
  ['RS512', { kty: 'RSA', modulusBits: 2048 }],
  ['PS256', { kty: 'RSA', modulusBits: 2048 }],
  ['PS384', { kty: 'RSA', modulusBits: 2048 }],
  ['PS512', { kty: 'RSA', modulusBits: 2048 }],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
]

const keys = new Map(
  await Promise.all(
    algorithms.map(async ([alg, kind]) => [alg, await generateKey(kind, { alg })] as const),
  ),
)

describe('jose and we', () => {
  for (const [alg] of algorithms) {
    const key = keys.get(alg)
    assert.ok(key)

    test(`${alg}: jose verifies our assertion`, async () => {
      const assertion = await signAssertion({}, key, { clientId: CLIENT_ID, audience: ISSUER })
      const { payload } = await jose.jwtVerify(
        assertion,
        await jose.importJWK({ ...key.publicKey.jwk } as jose.JWK, alg),
        { issuer: CLIENT_ID, subject: CLIENT_ID, audience: ISSUER, algorithms: [alg] },
      )
      assert.equal(typeof payload.jti, 'string')
    })

    test(`${alg}: we verify an assertion of jose`, async () => {
      const signed = await new jose.SignJWT({})
        .setProtectedHeader({ alg, kid: key.kid })
        .setIssuer(CLIENT_ID)
        .setSubject(CLIENT_ID)
        .setAudience(ISSUER)
        .setIssuedAt()
        .setExpirationTime('1 minute')
        .setJti('jose-1')
        .sign(await jose.importJWK({ ...exportPrivateJwk(key) } as jose.JWK, alg))
      const report = await verifyAssertion(signed, {
        profile: OKTA_PROFILE,
        algorithms: [alg],
        issuer: ISSUER,
        keys: [key.publicKey],
        now: Math.floor(Date.now() / 1000),
        replay: 'unchecked',
      })
      assert.equal(report.accepted, true)
    })
  }

  for (const alg of ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const) {
    const key = keys.get(alg)
    assert.ok(key)

    test(`${alg}: jose computes the same JWK Thumbprint`, async () => {
      const ours = await jwkThumbprint(key.publicKey.jwk)
      assert.equal(ours, await jose.calculateJwkThumbprint({ ...key.publicKey.jwk } as jose.JWK))
      assert.equal(key.kid, ours)
    })

    test(`${alg}: jose reads our PEM and we read that of jose`, async () => {
      const theirs = await jose.importPKCS8(exportPkcs8Pem(key), alg, { extractable: true })
      const back = await importPrivateKey(await jose.exportPKCS8(theirs))
      assert.equal(back.kid, key.kid)
      const spki = await jose.importSPKI(exportSpkiPem(key.publicKey), alg, { extractable: true })
      const publicJwk = (await jose.exportJWK(spki)) as unknown as PublicJwk
      assert.equal((await importPublicKey(publicJwk)).kid, key.kid)
    })
  }
})
