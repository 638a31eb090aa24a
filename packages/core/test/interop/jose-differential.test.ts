/**
 * Whatever we accept, jose accepts too: the assertions of the hostile corpus and changed copies of good
 * ones go through both, and we are never the more lenient one.
 * @module
 */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as jose from 'jose'
import { importJwkSet, JWS_ALGORITHMS, type PublicKey } from '@keygrant/core/keys'
import { OKTA_PROFILE, verifyAssertion } from '@keygrant/core/assertion'
import { aClientAssertion, CLIENT_ID, ENDPOINT, ISSUER, key, NOW } from '../assertion/fixtures.ts'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'

/** What jose refuses and we accept on purpose, by the id of the vector. */
const JUSTIFIED: Readonly<Record<string, string>> = {
  'P-ed25519-fs': 'EdDSA and Ed25519 are two names of one algorithm on an Ed25519 key (RFC 9864)',
}

interface Setting {
  readonly issuer: string
  readonly endpoint: string
  readonly clientId: string
  readonly now: number
  readonly keys: readonly PublicKey[]
}

async function weAccept(assertion: string, setting: Setting): Promise<boolean> {
  const report = await verifyAssertion(assertion, {
    ...setting,
    profile: OKTA_PROFILE,
    algorithms: JWS_ALGORITHMS,
    replay: 'unchecked',
  })
  return report.accepted
}

async function joseAccepts(assertion: string, setting: Setting): Promise<boolean> {
  const keySet = jose.createLocalJWKSet({
    keys: setting.keys.map(({ jwk }) => ({ ...jwk })) as jose.JWK[],
  })
  try {
    await jose.jwtVerify(assertion, keySet, {
      issuer: setting.clientId,
      subject: setting.clientId,
      audience: [setting.issuer, setting.endpoint],
      algorithms: [...JWS_ALGORITHMS],
      currentDate: new Date(setting.now * 1000),
      clockTolerance: OKTA_PROFILE.clockToleranceSeconds,
      requiredClaims: ['exp', 'iss', 'sub', 'aud'],
    })
    return true
  } catch (error) {
    assert.ok(error instanceof jose.errors.JOSEError || error instanceof TypeError, String(error))
    return false
  }
}

describe('all that we accept, jose accepts', () => {
  test('in the hostile corpus', { skip: skipWithoutCorpora }, async () => {
    const config = readCorpus<{
      now: number
      issuer: string
      token_endpoint: string
      client_id: string
      registered_jwks: { keys: object[] }
    }>('hostile-assertions/config.json')
    const vectors = readCorpus<{ id: string; client_assertion: string }[]>(
      'hostile-assertions/vectors.json',
    )
    const setting: Setting = {
      issuer: config.issuer,
      endpoint: config.token_endpoint,
      clientId: config.client_id,
      now: config.now,
      keys: await importJwkSet(config.registered_jwks),
    }
    const lenient: string[] = []
    let accepted = 0
    for (const { id, client_assertion: assertion } of vectors) {
      if (!(await weAccept(assertion, setting))) continue
      accepted++
      if (!(await joseAccepts(assertion, setting)) && JUSTIFIED[id] === undefined) lenient.push(id)
    }
    assert.deepEqual(lenient, [])
    assert.ok(accepted > 20, `only ${accepted} were accepted`)
  })

  test('among assertions with claims and headers of every kind', async () => {
    const setting: Setting = {
      issuer: ISSUER,
      endpoint: ENDPOINT,
      clientId: CLIENT_ID,
      now: NOW,
      keys: [key.publicKey],
    }
    const time = fc.oneof(
      fc.constantFrom(
        NOW,
        NOW + 60,
        NOW - 60,
        NOW + 10,
        NOW + 11,
        NOW + 3600,
        NOW * 1000,
        0,
        -1,
        null,
        '1',
      ),
      fc.double(),
    )
    const name = fc.constantFrom(CLIENT_ID, 'other', '', null, 5, [CLIENT_ID])
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            exp: fc.oneof({ weight: 3, arbitrary: fc.constant(NOW + 60) }, time),
            iat: fc.oneof({ weight: 3, arbitrary: fc.constant(NOW) }, time),
            nbf: fc.oneof({ weight: 3, arbitrary: fc.constant(NOW) }, time),
            iss: fc.oneof({ weight: 6, arbitrary: fc.constant(CLIENT_ID) }, name),
            sub: fc.oneof({ weight: 6, arbitrary: fc.constant(CLIENT_ID) }, name),
            aud: fc.constantFrom(ISSUER, ENDPOINT, [ISSUER], [ENDPOINT], [ISSUER, 'x'], '', []),
          },
          { requiredKeys: [] },
        ),
        fc.record({ typ: fc.constantFrom('JWT', 'jwt', 'at+jwt', 5) }, { requiredKeys: [] }),
        async (claims, header) => {
          const assertion = await aClientAssertion(claims, header)
          if (!(await weAccept(assertion, setting))) return
          accepted++
          assert.equal(await joseAccepts(assertion, setting), true)
        },
      ),
      { numRuns: 600, seed: 7523 },
    )
    assert.ok(accepted > 20, `only ${accepted} were accepted`)
  })
})
