import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseJws } from '@keygrant/core/assertion'
import { KeyError } from '@keygrant/core/errors'
import { importPublicKey, jwsAlgorithm } from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'

interface Vectors {
  testGroups: {
    public?: Record<string, unknown>
    private?: Record<string, unknown>
    tests: { tcId: number; comment: string; jws: unknown; result: 'valid' | 'invalid' }[]
  }[]
}

interface Overrides {
  overrides: Record<string, { result: 'valid' | 'invalid' }>
}

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi']

/** The signature layer alone: one key, strict compact serialization, no claims. */
async function verdict(jws: unknown, publicJwk: object): Promise<'valid' | 'invalid'> {
  const parsed = parseJws(jws)
  if (parsed.fault !== undefined || parsed.header === undefined) return 'invalid'
  const algorithm = jwsAlgorithm(parsed.header['alg'])
  try {
    const key = await importPublicKey(publicJwk)
    if (algorithm === undefined || !key.fits(algorithm)) return 'invalid'
    const signature = parsed.signature as Uint8Array
    return (await key.verify(algorithm, signature, parsed.signingInput)) ? 'valid' : 'invalid'
  } catch (error) {
    assert.ok(error instanceof KeyError, String(error))
    return 'invalid'
  }
}

describe('Wycheproof json_web_signature_test', { skip: skipWithoutCorpora }, () => {
  if (skipWithoutCorpora !== false) return
  const { testGroups } = readCorpus<Vectors>(
    'wycheproof/testvectors_v1/json_web_signature_test.json',
  )
  const { overrides } = readCorpus<Overrides>('wycheproof/overrides.json')
  for (const group of testGroups) {
    const jwk = group.public ?? group.private ?? {}
    const publicJwk = Object.fromEntries(
      Object.entries(jwk).filter(([name]) => !PRIVATE.includes(name)),
    )
    for (const { tcId, comment, jws, result } of group.tests) {
      const isSecret = jwk['kty'] === 'oct'
      const expected = isSecret ? 'invalid' : (overrides[tcId]?.result ?? result)
      const why = isSecret ? ' because a shared secret never verifies here' : ''
      test(`${tcId} ${comment} is ${expected}${why}`, async () => {
        assert.equal(await verdict(jws, publicJwk), expected)
      })
    }
  }
})
