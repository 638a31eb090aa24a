import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import { assertAccessible } from '../accessible.ts'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import {
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  openPage,
  signUpFirst,
} from '../console/a-console.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

suite('the inspector asks its server', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let server: ConsoleServer

  before(async () => {
    server = await aConsoleServer()
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  test('when it is told to, as whoever is signed in: which key signed, whether it was used, which scopes are granted', async () => {
    const open = await openPage(browser, server)
    const { page } = open
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (pathname.startsWith('/api/')) asked.push(`${request.method()} ${pathname}`)
    })
    const [key, old] = await Promise.all([0, 1].map(() => generateKey({ kty: 'EC', crv: 'P-256' })))
    assert.ok(key && old)
    const endpoint = `${server.issuer}/oauth2/v1/token`
    let clientId = 'nobody'
    const requestWith = async (signer: PrivateKey): Promise<string> => {
      const now = Math.floor(server.now() / 1000)
      const options = { audience: endpoint, clientId, now }
      const assertion = await signAssertion({}, signer, options)
      return `POST /oauth2/v1/token HTTP/1.1\nHost: ${new URL(endpoint).host}\nContent-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials&client_assertion_type=${encodeURIComponent(ASSERTION_TYPE)}&client_assertion=${assertion}&scope=okta.apps.read+okta.logs.read`
    }
    const groups = (): Promise<unknown> =>
      page.evaluate(`Object.fromEntries([...document.querySelectorAll('[data-group]')].map((group) => [
        group.dataset.group, group.querySelector('.group-summary').textContent]))`)

    // Nobody is signed in: nothing is sent but the question who is.
    await open.go('/inspector')
    assert.equal(await page.textContent('.account'), 'Sign in')
    assert.equal(await page.textContent('.server-bar .badge'), 'Development serverDEV')
    assert.equal(await page.textContent('.server-bar .host'), new URL(server.issuer).host)
    assert.match(String(await page.textContent('.server-bar time')), /^\d\d:\d\d UTC$/)
    await page.fill('#pasted', await requestWith(old))
    await page.waitForSelector('#ask-server')
    assert.deepEqual(asked, [])
    await page.click('#ask-server')
    await page.waitForSelector('[data-failure=signed_out] a')
    assert.deepEqual(asked, ['GET /api/v1/sessions/me'])

    await signUpFirst(open, server)
    const api = apiOf(page)
    const jwks = { keys: [key.publicKey.jwk, old.publicKey.jwk] }
    const app = await api('POST', '/api/v1/apps', {
      label: 'billing',
      settings: { oauthClient: { jwks } },
    })
    clientId = String(app.body['id'])
    const appUrl = `/api/v1/apps/${clientId}`
    await api('POST', `${appUrl}/grants`, { scopeId: 'okta.apps.read', issuer: server.issuer })
    const keys = await api('GET', `${appUrl}/credentials/jwks`)
    const registered = keys.body['keys'] as readonly { readonly id: string; readonly kid: string }[]
    const oldId = registered.find(({ kid }) => kid === old.kid)?.id ?? assert.fail()
    await api('POST', `${appUrl}/credentials/jwks/${oldId}/lifecycle/deactivate`)

    await open.go('/inspector')
    await page.waitForSelector('.account[href="/console/account"]')
    asked.length = 0
    await page.fill('#pasted', await requestWith(old))
    await page.waitForSelector('#ask-server')
    await page.click('#ask-server')
    await page.waitForSelector('#judged')
    assert.deepEqual(asked, ['GET /api/v1/sessions/me', 'POST /api/v1/explain'])
    assert.equal(await page.getAttribute('.cause', 'data-cause'), 'key-inactive')
    assert.equal(await page.getAttribute('#signer', 'data-status'), 'INACTIVE')
    assert.match(String(await page.textContent('#signer')), /app billing \(inactive\)\. .*: 20/)
    assert.equal(await page.evaluate('document.activeElement.id'), 'verdict')
    assert.deepEqual(await groups(), {
      form: '1 pass',
      header: '3 pass',
      key: '1 fails',
      signature: '1 skipped',
      claims: '8 pass',
      client: '1 pass',
      replay: '1 skipped',
      grant: '1 pass',
    })
    assert.match(
      String(await page.textContent('[data-server=scope]')),
      /left out: okta\.logs\.read/,
    )
    await page.click('#show-all')
    await assertAccessible(page, 'a judgement of the server')
    // The active keys of the client are a source of keys, for whoever may read them.
    await page.click('#registered-keys')
    await page.waitForSelector('#keys-state .is-pass')
    const { keys: known } = JSON.parse(await page.inputValue('#keys')) as { keys: object[] }
    assert.deepEqual(known, [{ ...key.publicKey.jwk, kid: key.kid }])
    await page.fill('#keys', '')
    await page.fill('#client-id', 'nobody')
    await page.click('#registered-keys')
    await page.waitForSelector('#receiver [role=alert]:has-text("nobody")')
    await page.fill('#client-id', '')

    const good = await requestWith(key)
    await page.fill('#pasted', good)
    await page.waitForSelector('#judged', { state: 'detached' })
    await page.click('#ask-server')
    await page.waitForSelector('.verdict.is-holds #judged')
    assert.match(String(await page.textContent('.verdict')), /not used up by asking/)
    // It was not: the token endpoint takes it, and then the server says that it was used.
    const used = await fetch(endpoint, {
      method: 'POST',
      body: new URLSearchParams(good.split('\n\n')[1]),
    })
    assert.equal(used.status, 200)
    await page.click('#judged button')
    await page.waitForSelector('[data-group=client] .group-closed')
    await page.press('.timeline input', 'ArrowRight')
    await page.click('#ask-server')
    await page.waitForSelector('[data-check=replay][data-status=fail]')
    await open.close()
  })
})
