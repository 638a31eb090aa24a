import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as jose from 'jose'
import { exportJwkSet, generateKey, importJwkSet, type PrivateKey } from '@keygrant/core/keys'
import { createJwksCache, verifyAccessToken } from '@keygrant/core/resource'
import {
  aClock,
  anAccessToken,
  AUDIENCE,
  CLIENT_ID,
  expecting,
  ISSUER,
  JWKS_URI,
  NOW,
} from './fixtures.ts'

const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256'] as const

describe('jose and we', () => {
  for (const alg of ALGORITHMS) {
    test(`${alg}: we accept an access token of jose, with the JWK Set of jose`, async () => {
      const { privateKey, publicKey } = await jose.generateKeyPair(alg)
      const jwk = { ...(await jose.exportJWK(publicKey)), kid: 'k1', alg, use: 'sig' }
      const token = await new jose.SignJWT({ client_id: CLIENT_ID, scope: 'orders.read' })
        .setProtectedHeader({ typ: 'at+jwt', alg, kid: 'k1' })
        .setIssuer(ISSUER)
        .setSubject(CLIENT_ID)
        .setAudience(AUDIENCE)
        .setIssuedAt(NOW)
        .setExpirationTime(NOW + 600)
        .setJti('jti-1')
        .sign(privateKey)
      const keys = createJwksCache({
        jwksUri: JWKS_URI,
        clock: aClock().read,
        fetch: async () => Response.json({ keys: [jwk] }),
      })
      const report = await verifyAccessToken(token, expecting({ keys }))
      assert.equal(report.accepted, true)
    })
  }
})

const serverKeys: readonly PrivateKey[] = [
  await generateKey({ kty: 'EC', crv: 'P-256' }),
  await generateKey({ kty: 'OKP', crv: 'Ed25519' }),
  await generateKey({ kty: 'RSA', modulusBits: 2048 }),
]
const stranger = await generateKey({ kty: 'EC', crv: 'P-256' })
const jwkSet = exportJwkSet(serverKeys.map((key) => key.publicKey))
const ours = await importJwkSet(jwkSet)
const theirs = jose.createLocalJWKSet(jwkSet as unknown as jose.JSONWebKeySet)

async function weAccept(token: string): Promise<boolean> {
  return (await verifyAccessToken(token, expecting({ keys: ours }))).accepted
}

/** jose, told everything that it can be told. */
async function joseAccepts(token: string): Promise<boolean> {
  try {
    await jose.jwtVerify(token, theirs, {
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: 'at+jwt',
      algorithms: ['ES256', 'EdDSA', 'RS256', 'PS256'],
      clockTolerance: 10,
      currentDate: new Date(NOW * 1000),
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id'],
    })
    return true
  } catch (error) {
    assert.ok(error instanceof jose.errors.JOSEError || error instanceof TypeError, String(error))
    return false
  }
}

/** Mostly what is right, sometimes what is not. */
function mostly<T>(right: T, ...odd: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, fc.constantFrom(undefined, ...odd))
}

const tokens = fc.record({
  signer: fc.constantFrom(...serverKeys, ...serverKeys, stranger),
  header: fc.record({
    typ: mostly('at+jwt', 'application/at+jwt', 'AT+JWT', 'JWT', 'at+jwt ', 7),
    kid: mostly('own', serverKeys[0]?.kid, 'unknown', '', 7),
    alg: mostly('own', 'none', 'HS256', 'ES256', 'ES384', 'es256', 'Ed25519', null),
    crit: mostly(undefined, ['exp'], []),
    b64: mostly(undefined, true, false),
    jwk: mostly(undefined, stranger.publicKey.jwk),
  }),
  claims: fc.record({
    iss: mostly(ISSUER, `${ISSUER}/`, [ISSUER], null, ''),
    aud: mostly(AUDIENCE, [AUDIENCE], [AUDIENCE, ISSUER], [], 'x', [null], null),
    sub: mostly(CLIENT_ID, '', 7, null),
    client_id: mostly(CLIENT_ID, '', 7, null),
    exp: mostly(NOW + 600, NOW, NOW - 1, NOW + 0.5, '1e12', 1e300, -1, null, NOW + 86_401),
    nbf: mostly(NOW, NOW + 10, NOW + 11, 'x', null, NOW + 601),
    iat: mostly(NOW, NOW + 10, NOW + 11, NOW - 1e9, 'x', null),
    jti: mostly('jti-1', '', 7, 'x'.repeat(300)),
    scope: mostly('a b', '', 7, ['a']),
    cnf: mostly(undefined, null, {}, { jkt: 'x' }, { jkt: stranger.kid }),
  }),
})

describe('what we accept', () => {
  test('jose accepts too, for 1500 tokens right and wrong', async () => {
    const counts = { we: 0, jose: 0 }
    await fc.assert(
      fc.asyncProperty(tokens, async ({ signer, header, claims }) => {
        const kid = header.kid === 'own' ? signer.kid : header.kid
        const alg = header.alg === 'own' ? signer.alg : header.alg
        const token = await anAccessToken(claims, { ...header, kid, alg }, signer)
        const [we, they] = [await weAccept(token), await joseAccepts(token)]
        if (we) counts.we++
        if (they) counts.jose++
        assert.ok(!we || they, `we accept what jose refuses: ${JSON.stringify([header, claims])}`)
      }),
      { numRuns: 1500, seed: 42 },
    )
    assert.ok(counts.we > 100 && counts.jose > counts.we, JSON.stringify(counts))
  })

  test('is not changed in any octet: each change is refused by us', async () => {
    const token = await anAccessToken({}, {}, serverKeys[0])
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom(...'ABCxyz019-_.=+/ \n'),
        async (at, character) => {
          const changed = token.slice(0, at) + character + token.slice(at + 1)
          assert.equal(await weAccept(changed), changed === token)
        },
      ),
      { numRuns: 1500 },
    )
  })
})
