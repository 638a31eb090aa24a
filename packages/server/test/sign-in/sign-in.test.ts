import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { aServer } from '../a-server.ts'
import { anotherPerson, aBrowser, firstAdministrator } from './a-browser.ts'

suite('a person with a passkey', () => {
  test('enrols by the first link, signs out, and signs in again', async (t) => {
    const server = await aServer(t)
    const browser = await firstAdministrator(server)
    const own = await browser.api('GET', '/api/v1/sessions/me')
    assert.equal(own.status, 200, own.text)
    assert.deepEqual([own.body.login, own.body.roles], ['root@a.example', ['SUPER_ADMIN']])
    assert.equal((await browser.api('DELETE', '/api/v1/sessions/me')).status, 204)
    assert.equal(browser.cookie, undefined)
    assert.equal((await browser.api('GET', '/api/v1/sessions/me')).status, 401)
    const again = await browser.signIn()
    assert.equal(again.status, 200, again.text)
    assert.equal((await browser.api('GET', '/api/v1/apps')).status, 200)
    assert.equal((await browser.confirm()).status, 200)
    const { browser: other } = await anotherPerson(server, browser, 'ada', 'APP_ADMIN')
    assert.equal((await other.api('GET', '/api/v1/apps')).status, 200)
    assert.equal((await aBrowser(server).api('GET', '/api/v1/apps')).status, 401)
  })
})
