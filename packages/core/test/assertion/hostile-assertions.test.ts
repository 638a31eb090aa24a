import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AssertionProfile,
  OKTA_PROFILE,
  STRICT_PROFILE,
  verifyAssertion,
} from '@keygrant/core/assertion'
import { importJwkSet, type JwsAlgorithmName, type PublicKey } from '@keygrant/core/keys'
import { readCorpus, skipWithoutCorpora } from '../corpora.ts'

interface Config {
  now: number
  issuer: string
  token_endpoint: string
  client_id: string
  registered_jwks: object
  other_client: { client_id: string; jwks: object }
  allowed_algs: JwsAlgorithmName[]
  max_exp_ahead: number
  malleable_pair: [string, string]
  replay: Record<string, string | [string, string]> & { expect: Record<string, string> }
}

interface Vector {
  id: string
  title: string
  client_assertion: string
  expect: { strict: Verdict; okta: Verdict }
}

type Verdict = 'accept' | 'reject' | 'either'

describe('hostile assertions', { skip: skipWithoutCorpora }, async () => {
  if (skipWithoutCorpora !== false) return
  const config = readCorpus<Config>('hostile-assertions/config.json')
  const vectors = readCorpus<Vector[]>('hostile-assertions/vectors.json')
  const clients = new Map<string, readonly PublicKey[]>([
    [config.client_id, await importJwkSet(config.registered_jwks)],
    [config.other_client.client_id, await importJwkSet(config.other_client.jwks)],
  ])

  function verifier(profile: AssertionProfile) {
    const used = new Set<string>()
    return async (assertion: string, clientId?: string): Promise<'accept' | 'reject'> => {
      const report = await verifyAssertion(assertion, {
        profile,
        issuer: config.issuer,
        endpoint: config.token_endpoint,
        ...(clientId === undefined ? {} : { clientId }),
        keys: (claimed) => clients.get(claimed) ?? [],
        now: config.now,
        algorithms: config.allowed_algs,
        maxLifetimeSeconds: config.max_exp_ahead,
        replay: ({ replayKey }) => {
          const key = Buffer.from(replayKey).toString('hex')
          return !used.has(key) && Boolean(used.add(key))
        },
      })
      return report.accepted ? 'accept' : 'reject'
    }
  }

  for (const [name, profile] of [
    ['strict', STRICT_PROFILE],
    ['okta', OKTA_PROFILE],
  ] as const) {
    for (const vector of vectors) {
      const expected = vector.expect[name]
      if (expected === 'either') continue
      test(`${name} ${expected}s ${vector.id}: ${vector.title}`, async () => {
        const verdict = await verifier(profile)(vector.client_assertion, config.client_id)
        assert.equal(verdict, expected)
      })
    }

    for (const [id, expected] of Object.entries(config.replay.expect)) {
      const stored = id === 'malleable_pair' ? config.malleable_pair : config.replay[id]
      const [first, second] = typeof stored === 'string' ? [stored, stored] : (stored ?? [])
      test(`${name} replay ${id}: ${expected}`, async () => {
        const verify = verifier(profile)
        assert.equal(await verify(first as string), 'accept')
        const isSecondAccepted = expected.startsWith('both accept')
        assert.equal(await verify(second as string), isSecondAccepted ? 'accept' : 'reject')
      })
    }

    test(`${name} refuses the malleable twin in the other order too`, async () => {
      const verify = verifier(profile)
      assert.equal(await verify(config.malleable_pair[1]), 'accept')
      assert.equal(await verify(config.malleable_pair[0]), 'reject')
    })
  }
})
