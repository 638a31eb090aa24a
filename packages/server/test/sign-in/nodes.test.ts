import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { createAuthorizationServer, inviteFirstAdministrator } from '@keygrant/server'
import { aPostgres, aPostgresStorage } from '../a-postgres.ts'
import { ISSUER, NOW, someSigningKeys } from '../a-server.ts'
import { NO_POSTGRES } from '../postgres-cluster.ts'
import { aBrowser, profileOf, tokenOf } from './a-browser.ts'

suite('nodes that share a PostgreSQL', { skip: NO_POSTGRES }, () => {
  test('are one server to a person: an invitation is good once, and a session ends everywhere', async (t) => {
    const url = await (await aPostgres()).database()
    const secret = randomBytes(32)
    const nodes = await Promise.all(
      [1, 2].map(async () => {
        const storage = await aPostgresStorage(t, url)
        const server = await createAuthorizationServer({
          issuer: ISSUER,
          storage,
          secret,
          signingKeys: await someSigningKeys(),
          clock: () => NOW * 1000,
        })
        t.after(() => server.close())
        return { storage, server }
      }),
    )
    const [one, other] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
    const { storage } = one
    const link = await inviteFirstAdministrator({
      storage,
      issuer: ISSUER,
      clock: () => NOW * 1000,
    })
    const token = tokenOf(link?.url ?? assert.fail())
    const browsers = [one, other, one, other].map((node) => aBrowser(node))
    const names = ['a', 'b', 'c', 'd']
    const answers = await Promise.all(
      browsers.map((browser, place) => browser.enrol(token, profileOf(names[place] ?? 'e'))),
    )
    const statuses = answers.map(({ status }) => status)
    assert.deepEqual(
      statuses.toSorted((left, right) => left - right),
      [200, 401, 401, 401],
    )
    assert.equal((await storage.records.list('person', { limit: 9 })).length, 1)

    const winner = browsers[statuses.indexOf(200)] ?? assert.fail()
    const elsewhere = aBrowser(other, { authenticator: winner.authenticator })
    const { body } = await aBrowser(one).api('POST', '/api/v1/authn/options')
    const credential = winner.authenticator.get(body.publicKey)
    const signedIn = await elsewhere.api('POST', '/api/v1/authn', { credential })
    assert.equal(signedIn.status, 200, signedIn.text)
    const again = await aBrowser(one).api('POST', '/api/v1/authn', { credential })
    assert.equal(again.status, 401)
    const here = aBrowser(one)
    here.cookie = elsewhere.cookie
    assert.equal((await here.api('GET', '/api/v1/apps')).status, 200)
    assert.equal((await elsewhere.api('DELETE', '/api/v1/sessions/me')).status, 204)
    assert.equal((await here.api('GET', '/api/v1/apps')).status, 401)
  })
})
