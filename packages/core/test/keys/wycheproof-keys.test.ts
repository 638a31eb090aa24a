import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJws } from '@keygrant/core/assertion'
import { KeyError } from '@keygrant/core/errors'
import { checkKeyForRegistration, importJwkSet, jwsAlgorithm } from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'

type Jwk = Readonly<Record<string, unknown>>

interface Vectors {
  testGroups: {
    comment: string
    public?: Jwk
    private: Jwk
    tests: { tcId: number; comment: string; jws?: unknown; jwe?: unknown; result: string }[]
  }[]
}

const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi']

function jwksOf(value: Jwk): readonly Jwk[] {
  return Array.isArray(value['keys']) ? (value['keys'] as Jwk[]) : [value]
}

function publicHalf(jwk: Jwk): Jwk {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !SECRET.includes(name)))
}

/** Registers every key, as a server does, then verifies with the one that `kid` names. */
async function verdict(jws: unknown, jwks: readonly Jwk[]): Promise<'valid' | 'invalid'> {
  const { fault, header, signature, signingInput } = parseJws(jws)
  if (fault !== undefined || header === undefined || signature === undefined) return 'invalid'
  for (const jwk of jwks) {
    const findings = await checkKeyForRegistration(jwk)
    // These are test keys, and printed in a test suite.
    const isRefused = findings.some(
      ({ rule, severity }) => severity === 'error' && rule !== 'published-key',
    )
    if (isRefused) return 'invalid'
  }
  try {
    const keys = await importJwkSet({ keys: jwks })
    const key = keys.find(({ kid }) => header['kid'] === undefined || kid === header['kid'])
    const algorithm = jwsAlgorithm(header['alg'])
    if (key === undefined || algorithm === undefined || !key.fits(algorithm)) return 'invalid'
    return (await key.verify(algorithm, signature, signingInput)) ? 'valid' : 'invalid'
  } catch (error) {
    assert.ok(error instanceof KeyError, String(error))
    return 'invalid'
  }
}

for (const name of ['json_web_key_test', 'json_web_crypto_test']) {
  describe(`Wycheproof ${name}`, { skip: skipWithoutCorpora }, () => {
    if (skipWithoutCorpora !== false) return
    const { testGroups } = readCorpus<Vectors>(`wycheproof/testvectors_v1/${name}.json`)
    for (const group of testGroups) {
      const jwks = jwksOf(group.public ?? group.private)
      const isSecret = jwks.some(({ kty }) => kty === 'oct')
      for (const { tcId, comment, jws, result } of group.tests) {
        if (jws === undefined) continue
        const expected = isSecret ? 'invalid' : result
        const why = isSecret ? ' because a shared secret is never a key here' : ''
        test(`${tcId} ${group.comment} ${comment} is ${expected}${why}`, async () => {
          assert.equal(await verdict(jws, jwks.map(publicHalf)), expected)
        })
      }
    }
  })
}
