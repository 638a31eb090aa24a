import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { apiAs, aServer } from '../a-server.ts'

const PATH = '/api/v1/org'

suite('what the server says of itself', () => {
  test('an administrator of any role reads how it judges', async (t) => {
    const { api } = await apiAs(await aServer(t), { roles: ['READ_ONLY_ADMIN'] })
    const { status, body } = await api('GET', PATH)
    assert.equal(status, 200)
    assert.equal(body.environment, 'production')
    const profiles = body.profiles as { name: string; maxLifetimeSeconds: number }[]
    assert.deepEqual(
      profiles.map(({ name, maxLifetimeSeconds }) => [name, maxLifetimeSeconds]),
      [
        ['okta', 3600],
        ['strict', 300],
      ],
    )
  })

  test('an option that was given at the start is told from a default', async (t) => {
    const { api } = await apiAs(await aServer(t, { limits: { tokensPerMinute: 77 } }), {
      roles: ['READ_ONLY_ADMIN'],
    })
    const options = (await api('GET', PATH)).body.options as { name: string }[]
    const named = (name: string) => options.find((option) => option.name === name)
    assert.deepEqual(named('limits.tokensPerMinute'), {
      name: 'limits.tokensPerMinute',
      value: 77,
      source: 'START',
    })
    assert.deepEqual(named('auditDays'), { name: 'auditDays', value: 0, source: 'DEFAULT' })
  })

  test('an app without a role reads nothing of it', async (t) => {
    const { api } = await apiAs(await aServer(t), { roles: [] })
    assert.equal((await api('GET', PATH)).status, 403)
  })
})
