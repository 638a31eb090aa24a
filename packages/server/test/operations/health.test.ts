import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { aServer } from '../a-server.ts'

suite('health', () => {
  test('a running server lives and is ready', async (t) => {
    const { server } = await aServer(t)
    for (const [url, status] of [
      ['/livez', 'alive'],
      ['/readyz', 'ready'],
    ] as const) {
      const answer = await server.inject({ url })
      assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, { status }])
      assert.equal(answer.headers['cache-control'], 'no-store')
    }
  })

  test('a store that does not answer makes it not ready, and it still lives', async (t) => {
    const { server } = await aServer(t, {
      wrap: (storage) => ({
        ...storage,
        serviceApps: {
          ...storage.serviceApps,
          exists: () => Promise.reject(new Error('gone')),
        },
      }),
    })
    const answer = await server.inject({ url: '/readyz' })
    assert.equal(answer.status, 503)
    assert.equal(
      (JSON.parse(answer.body) as { reason: string }).reason,
      'the store does not answer',
    )
    assert.equal(answer.headers['retry-after'], '5')
    assert.equal((await server.inject({ url: '/livez' })).status, 200)
  })

  test('a server that stops is not ready from the first moment on', async (t) => {
    const { server } = await aServer(t)
    const closed = server.close({ drainMs: 50 })
    const answer = await server.inject({ url: '/readyz' })
    assert.equal(answer.status, 503)
    assert.equal((JSON.parse(answer.body) as { reason: string }).reason, 'stopping')
    assert.equal(answer.headers['connection'], 'close')
    assert.equal((await server.inject({ url: '/oauth2/v1/keys' })).status, 200)
    await closed
  })
})
