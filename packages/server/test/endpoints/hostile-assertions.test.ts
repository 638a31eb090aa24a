import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { suite, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ClientKey, ServiceApp } from '@keygrant/server'
import { anApp, aServer, newestEntries, postToken, tokenForm } from '../a-server.ts'

const CORPUS = fileURLToPath(
  new URL('../../../../../shared/corpora/hostile-assertions/', import.meta.url),
)
const skip = existsSync(CORPUS) ? false : 'corpora are missing: expected them at ../shared/corpora'

type Jwks = { keys: ClientKey['jwk'][] }
type Verdict = 'accept' | 'reject' | 'either'

interface Config {
  now: number
  issuer: string
  client_id: string
  registered_jwks: Jwks
  inactive_jwks: Jwks
  other_client: { client_id: string; jwks: Jwks }
  malleable_pair: [string, string]
  replay: Record<string, string | [string, string]> & { expect: Record<string, string> }
}

interface Vector {
  id: string
  client_assertion: string
  expect: { strict: Verdict; okta: Verdict }
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(CORPUS + name, 'utf8')) as T
}

suite('the token endpoint and the hostile assertions', { skip }, () => {
  if (skip !== false) return
  const config = read<Config>('config.json')
  const vectors = read<Vector[]>('vectors.json')

  /** A server with the clients of the corpus, all keys as they are there. */
  async function setup(t: TestContext, profile: 'okta' | 'strict') {
    const server = await aServer(t, { issuer: config.issuer, profile })
    server.clock.now = config.now
    const template = await anApp(server)
    const register = async (clientId: string, active: Jwks, inactive: Jwks): Promise<void> => {
      const key = (jwk: ClientKey['jwk'], status: ClientKey['status']): ClientKey => ({
        id: `${clientId}-${jwk.kid}`,
        jwk,
        status,
        created: 0,
        lastUpdated: 0,
      })
      const app: ServiceApp = {
        ...template,
        clientId,
        keys: [
          ...active.keys.map((jwk) => key(jwk, 'ACTIVE')),
          ...inactive.keys.map((jwk) => key(jwk, 'INACTIVE')),
        ],
        grants: template.grants.map((grant) => ({ ...grant, id: `oag-${clientId}` })),
      }
      await server.storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
        next: app,
        audit: [],
        answer: undefined,
      }))
    }
    await register(config.client_id, config.registered_jwks, config.inactive_jwks)
    await register(config.other_client.client_id, config.other_client.jwks, { keys: [] })
    const post = async (assertion: string) => postToken(server, tokenForm(assertion))
    return { server, post }
  }

  test('okta: each gets the verdict that the corpus expects, and a known answer', async (t) => {
    const { server, post } = await setup(t, 'okta')
    const wrong: string[] = []
    for (const { id, client_assertion: assertion, expect } of vectors) {
      const answer = await post(assertion)
      const verdict = answer.status === 200 ? 'accept' : 'reject'
      if (expect.okta !== 'either' && verdict !== expect.okta) wrong.push(id)
      // Larger than any body that is read: nothing of it is looked at or written down.
      if (answer.status === 413) continue
      if (![200, 400, 401].includes(answer.status)) wrong.push(`${id}: ${answer.status}`)
      const [entry] = await newestEntries(server)
      if (entry?.requestId !== answer.headers['x-request-id']) wrong.push(`${id}: no audit entry`)
      if (JSON.stringify(entry).length > 16_384) wrong.push(`${id}: large audit entry`)
    }
    assert.deepEqual(wrong, [])
  })

  test('strict: what the corpus rejects is rejected', async (t) => {
    const { post } = await setup(t, 'strict')
    const wrong: string[] = []
    let accepted = 0
    for (const { id, client_assertion: assertion, expect } of vectors) {
      const answer = await post(assertion)
      if (answer.status === 200) accepted++
      if (answer.status === 200 && expect.strict === 'reject') wrong.push(id)
    }
    assert.deepEqual(wrong, [])
    assert.ok(accepted > 5)
  })

  for (const [id, expected] of Object.entries(config.replay.expect)) {
    test(`replay ${id}: ${expected}`, async (t) => {
      const { post } = await setup(t, 'okta')
      const stored = id === 'malleable_pair' ? config.malleable_pair : config.replay[id]
      const [first = '', second = ''] =
        typeof stored === 'string' ? [stored, stored] : (stored ?? [])
      assert.equal((await post(first)).status, 200)
      assert.equal((await post(second)).status, expected.startsWith('both accept') ? 200 : 401)
    })
  }
})
