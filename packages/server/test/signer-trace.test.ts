/**
 * Which key really signed a refused assertion: what administrators are told, and what nobody else can tell.
 */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, test, type TestContext } from 'node:test'
import { parseJwt } from '@keygrant/core/assertion'
import type { AuditEntry, ServiceApp } from '@keygrant/server'
import { SCOPES } from '../src/scopes.ts'
import { createDecoyKeys } from '../src/decoy-keys.ts'
import { createKeyIndex } from '../src/key-index.ts'
import { createSignerTrace, TRIED_KEYS } from '../src/signer-trace.ts'
import {
  aJwt,
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  apiWith,
  aServer,
  claimsOf,
  ISSUER,
  NOW,
  postToken,
  type TestServer,
  tokenForm,
} from './a-server.ts'

/** What the admin API tells of a request, once the trace is done. */
async function signerOf(server: TestServer, requestId: string) {
  const api = await anOperatorsApi(server)
  for (let tries = 0; tries < 200; tries++) {
    const { body } = await api('GET', `/api/v1/logs/requests/${requestId}`)
    if (body.signer !== null) return { ...body.signer, main: body.entries[0] }
    await sleep(25)
  }
  assert.fail('no trace')
}

function said(description: unknown): string {
  return typeof description === 'string' ? description : ''
}

/** The admin API as an operator sees it, whose key is no other app's. */
async function anOperatorsApi(server: TestServer) {
  const key = await aKey('P-256', 'operator')
  const operator = await anApp(server, { keys: [key], scopes: SCOPES, roles: ['SUPER_ADMIN'] })
  return apiWith(server, await anAccessToken(server, operator, SCOPES.join(' '), key))
}

async function refuse(server: TestServer, assertion: string) {
  const answer = await postToken(server, tokenForm(assertion))
  assert.equal(answer.status, 401, answer.text)
  return { answer, requestId: String(answer.headers['x-request-id']) }
}

/** A trace whose pauses the test ends itself. */
async function aTrace(t: TestContext) {
  const server = await aServer(t)
  const { storage } = server
  const entries: AuditEntry[] = []
  const clock = { now: NOW * 1000 }
  let tries = 0
  const pauses: (() => void)[] = []
  const keys = createKeyIndex(storage)
  const trace = createSignerTrace({
    keys,
    serviceApps: storage.serviceApps,
    remoteKeys: { held: () => [] },
    decoys: createDecoyKeys(),
    audit: { append: (entry) => void entries.push(entry) },
    clock: () => clock.now,
    onFailure: (error) => assert.fail(String(error)),
    onTry: () => tries++,
    later(run) {
      pauses.push(run)
      return () => void (pauses.length = 0)
    },
  })
  t.after(() => {
    trace.close()
    keys.close()
  })
  const checks = [{ check: 'signature', status: 'fail' }]
  const note = (clientId: string, assertion: string, remoteAddress = '192.0.2.1'): void =>
    trace.note({ requestId: 'r', remoteAddress, clientId, assertion, checks })
  /** Ends a pause, and waits for the trace that follows; gives how many keys it tried. */
  const run = async (): Promise<number> => {
    tries = 0
    pauses.shift()?.()
    for (let waits = 0; waits < 10_000; waits++) {
      if (tries >= TRIED_KEYS) break
      await sleep(1)
    }
    await sleep(5)
    return tries
  }
  return { server, entries, clock, pauses, note, run, trace }
}

suite('the signer of a refused assertion is told to administrators', () => {
  const cases: readonly (readonly [
    what: string,
    make: (server: TestServer) => Promise<{
      assertion: string
      owner?: ServiceApp | undefined
      sentence: RegExp
    }>,
  ])[] = [
    [
      'when it is a key of the app under another kid',
      async (server) => {
        const key = await aKey()
        const app = await anApp(server, { keys: [key, await aKey('P-256', 'two')] })
        const assertion = await aJwt(claimsOf(app), key, { kid: 'my_key_id' })
        const sentence = new RegExp(
          `^Signed with the key ${key.kid} of this app, which is registered under another kid`,
        )
        return { assertion, owner: app, sentence }
      },
    ],
    [
      'when it is a key of the app that is inactive',
      async (server) => {
        const old = await aKey('P-256', 'old')
        const app = await anApp(server, { inactiveKeys: [old] })
        const assertion = await anAssertion(app, {}, old)
        return {
          assertion,
          owner: app,
          sentence: /of this app, which is inactive, and was last changed on 2023-/,
        }
      },
    ],
    [
      'when the app itself is inactive',
      async (server) => {
        const app = await anApp(server, { status: 'INACTIVE' })
        return {
          assertion: await anAssertion(app),
          owner: app,
          sentence: /of this app; the app is inactive\.$/,
        }
      },
    ],
    [
      'when the header names another algorithm',
      async (server) => {
        const key = await aKey('RSA-2048')
        const app = await anApp(server, { keys: [key] })
        const assertion = await aJwt(claimsOf(app), key, { alg: 'PS256' })
        return {
          assertion,
          owner: app,
          sentence: /of this app as RS256; the header says otherwise/,
        }
      },
    ],
    [
      'when it is a key of another app',
      async (server) => {
        const theirs = await aKey('P-256', 'theirs')
        const owner = await anApp(server, { label: 'billing-sync', keys: [theirs] })
        const app = await anApp(server)
        return {
          assertion: await anAssertion(app, {}, theirs),
          owner,
          sentence:
            /which belongs to the app billing-sync \(0oa\w+\)\. It is not a key of this app\.$/,
        }
      },
    ],
    [
      'when the app that it names is not registered, and the key is',
      async (server) => {
        const owner = await anApp(server, { label: 'billing-sync' })
        return {
          assertion: await anAssertion({ clientId: '0oaMistyped' }),
          owner,
          sentence: /belongs to the app billing-sync.*names is not registered\.$/,
        }
      },
    ],
    [
      'when no key that is registered fits',
      async (server) => {
        const app = await anApp(server)
        const assertion = await anAssertion(app, {}, await aKey('P-256', 'stranger'))
        return { assertion, sentence: /^Signed with none of the keys of this type.*: \d+ tried\.$/ }
      },
    ],
  ]
  for (const [what, make] of cases) {
    test(what, async (t) => {
      const { server, note, run, entries } = await aTrace(t)
      const { assertion, owner, sentence } = await make(server)
      note(said(parseJwt(assertion).claims?.['sub']), assertion)
      await run()
      const { detail } = entries[0] ?? assert.fail('no trace')
      assert.match(said(detail['description']), sentence)
      const key = detail['signer'] as { readonly clientId: string } | null
      assert.equal(key?.clientId, owner?.clientId)
      assert.equal(detail['isComplete'], true)
    })
  }

  test('and to nobody else: the answer is as for any other key', async (t) => {
    const server = await aServer(t)
    const old = await aKey('P-256', 'old')
    const app = await anApp(server, { label: 'billing-sync', inactiveKeys: [old] })
    const assertion = await anAssertion(app, {}, old)
    const stranger = await refuse(server, await anAssertion(app, {}, await aKey('P-256', 'no')))
    const { requestId, answer } = await refuse(server, assertion)
    assert.deepEqual(answer.body, stranger.answer.body)
    const { main: _, published, tried, ...signer } = await signerOf(server, requestId)
    assert.equal(published, new Date(NOW * 1000).toISOString())
    assert.deepEqual(signer, {
      sentence: `Signed with the key ${old.kid} of this app, which is inactive, and was last changed on 2023-11-14 22:13:20 UTC.`,
      key: {
        clientId: app.clientId,
        label: 'billing-sync',
        keyId: app.keys[1]?.id,
        kid: old.kid,
        alg: 'ES256',
      },
      isComplete: true,
    })
    assert.ok(tried >= 2)
    const [, , signature = '-'] = assertion.split('.')
    const log = await server.storage.audit.read({ order: 'oldest_first', limit: 100 })
    assert.equal(JSON.stringify(log).includes(signature), false)
  })

  test('beside the refusal, which is still what the request is about', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const { requestId } = await refuse(
      server,
      await anAssertion(app, {}, await aKey('P-256', 'stranger')),
    )
    const { main } = await signerOf(server, requestId)
    assert.equal(main.eventType, 'app.oauth2.token.grant')
    const api = await anOperatorsApi(server)
    for (const kind of ['requests', 'refusals', 'changes']) {
      const { body } = await api('GET', `/api/v1/logs?kind=${kind}`)
      const types = (body as { eventType: string }[]).map(({ eventType }) => eventType)
      assert.equal(types.includes('keygrant.signer.trace'), false, kind)
    }
  })

  test('and not looked for when the signature holds', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    await refuse(server, await anAssertion(app, { aud: 'https://other.example' }))
    const { requestId } = await refuse(
      server,
      await anAssertion(app, {}, await aKey('P-256', 'stranger')),
    )
    await signerOf(server, requestId)
    const traced = await server.storage.audit.read({
      order: 'oldest_first',
      event: 'signer.traced',
      limit: 10,
    })
    assert.deepEqual(
      traced.map((entry) => entry.requestId),
      [requestId],
    )
  })
})

suite('a trace', () => {
  test('[RESP-005] tries as many keys for an app that there is as for one that there is not', async (t) => {
    const { server, note, run, entries } = await aTrace(t)
    const stranger = await aKey('P-256', 'stranger')
    const several = await Promise.all(['a', 'b', 'c'].map((name) => aKey('P-256', name)))
    const apps = [
      await anApp(server),
      await anApp(server, { keys: several, inactiveKeys: [await aKey('P-256', 'd')] }),
      await anApp(server, { status: 'INACTIVE', keys: several.slice(1) }),
      { clientId: '0oaNobody' },
    ]
    const tries: number[] = []
    for (const app of apps) {
      note(app.clientId, await anAssertion(app, {}, stranger))
      tries.push(await run())
    }
    // What is found changes nothing: all keys are tried all the same.
    note(apps[3]?.clientId ?? '', await anAssertion({ clientId: '0oaNobody' }))
    tries.push(await run())
    assert.deepEqual(
      tries,
      tries.map(() => TRIED_KEYS),
    )
    assert.equal(entries.length, 4)
  })

  test('does nothing before the pause is over, and one at a time', async (t) => {
    const { server, note, run, entries, pauses } = await aTrace(t)
    const app = await anApp(server)
    const assertion = await anAssertion(app, {}, await aKey('P-256', 'stranger'))
    for (let count = 0; count < 3; count++) note(app.clientId, assertion)
    assert.deepEqual([pauses.length, entries.length], [1, 0])
    await run()
    assert.deepEqual([pauses.length, entries.length], [1, 1])
  })

  test('[AUDI-007] is let go when there are too many: of one app, of one address, and of all', async (t) => {
    const { server, note, run, entries, pauses, clock } = await aTrace(t)
    const app = await anApp(server)
    const assertion = await anAssertion(app, {}, await aKey('P-256', 'stranger'))
    for (let count = 0; count < 100; count++) note(app.clientId, assertion, `192.0.2.${count}`)
    while (pauses.length > 0) await run()
    assert.equal(entries.length, 8)
    for (let count = 0; count < 100; count++) note(app.clientId, assertion, `192.0.2.${count}`)
    while (pauses.length > 0) await run()
    assert.equal(entries.length, 12)
    clock.now += 60_000
    let traces = 0
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 8; count++) note(`${app.clientId}${count}`, assertion)
      for (; pauses.length > 0; traces++) await run()
    }
    assert.equal(traces, 12)
  })

  test('of more keys than it tries says that there are more, and goes on with others the next time', async (t) => {
    const { server, note, run, entries } = await aTrace(t)
    const theirs = await aKey('P-256', 'theirs')
    const { jwk } = (await aKey('P-256', 'filler')).publicKey
    // Sixty apps that are no candidates by name, then the one whose key it is.
    for (let count = 0; count < TRIED_KEYS + 12; count++) {
      await anApp(server, { label: `filler ${count}`, keys: [await aKey('P-256', 'filler')] })
    }
    const owner = await anApp(server, { label: 'billing-sync', keys: [theirs] })
    const app = await anApp(server, { keys: [await aKey('P-256', 'own')] })
    const assertion = await aJwt(claimsOf(app), theirs, { kid: 'renamed' })
    assert.notEqual(jwk.kid, theirs.kid)
    note(app.clientId, assertion)
    await run()
    assert.match(said(entries[0]?.detail['description']), /none of the 48 keys .* there are more/)
    note(app.clientId, assertion)
    await run()
    assert.match(said(entries[1]?.detail['description']), /belongs to the app billing-sync/)
    assert.equal(
      (entries[1]?.detail['signer'] as { clientId?: string } | undefined)?.clientId,
      owner.clientId,
    )
    // Under its own name it is tried at once, however many there are.
    note(app.clientId, await aJwt(claimsOf(app), theirs))
    await run()
    assert.match(said(entries[2]?.detail['description']), /belongs to the app billing-sync/)
  })

  test('finds a key as it is registered at that moment', async (t) => {
    const { server, note, run, entries } = await aTrace(t)
    const app = await anApp(server)
    const theirs = await aKey('P-256', 'theirs')
    const assertion = await anAssertion(app, {}, theirs)
    note(app.clientId, assertion)
    await run()
    assert.match(said(entries[0]?.detail['description']), /none of the keys/)
    await anApp(server, { label: 'late', keys: [theirs] })
    note(app.clientId, assertion)
    await run()
    assert.match(said(entries[1]?.detail['description']), /belongs to the app late/)
  })

  test('that waits when the server ends is let go', async (t) => {
    const { server, note, entries, pauses, trace } = await aTrace(t)
    const app = await anApp(server)
    note(app.clientId, await anAssertion(app, {}, await aKey('P-256', 'stranger')))
    trace.close()
    assert.equal(pauses.length, 0)
    note(app.clientId, await anAssertion(app, { aud: ISSUER }, await aKey('P-256', 'stranger')))
    assert.deepEqual([pauses.length, entries.length], [0, 0])
  })
})
