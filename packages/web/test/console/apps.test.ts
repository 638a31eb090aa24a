import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { signAssertion } from '@keygrant/core/assertion'
import { exportPkcs8Pem, generateKey, importPrivateKey } from '@keygrant/core/keys'
import { launchBrowser, NO_BROWSER, until } from '../a-page.ts'
import { chooseKind } from '../workbench/a-workbench.ts'
import {
  type Administrator,
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  isReady,
  openAs,
  type OpenConsole,
  openPage,
  signUp,
  signUpFirst,
} from './a-console.ts'

/** Confirms in the dialog that asks. */
async function confirm({ page }: OpenConsole): Promise<void> {
  await page.click('#confirm-go')
  await page.waitForSelector('#confirm', { state: 'detached' })
}

suite('service apps in the console', { skip: NO_BROWSER, timeout: 180_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let ada: Administrator
  let open: OpenConsole

  before(async () => {
    server = await aConsoleServer()
    browser = await launchBrowser()
    open = await openPage(browser, server)
    ada = await signUpFirst(open, server)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  test('a new server leads to the first token in four steps', async () => {
    await open.go('/console')
    assert.equal(await open.page.locator('.start-steps > li').count(), 4)
    await open.go('/console/apps')
    assert.equal(await open.page.textContent('.empty-title'), 'No service apps yet')
  })

  test('an app is created with a pair that is made in the browser, gets its scopes, and gets a token with that key', async () => {
    const { page } = open
    await open.go('/console/apps/new')
    await page.click('#create')
    assert.equal(await page.evaluate('document.activeElement.id'), 'app-name')
    assert.deepEqual(await page.locator('#problems a').allTextContents(), [
      'Give the app a name.',
      'Make a key pair, or choose another way.',
    ])
    await page.fill('#app-name', 'billing-sync')
    await page.fill('#app-owner', 'Ana, payments')
    await page.click('#generate')
    const vault = page.frameLocator('#vault')
    await vault.locator('#generate').click()
    await chooseKind(vault, 'ES256 · P-256')
    await vault.locator('#make').click()
    await page.waitForSelector('#use-key')
    // What only the person in front of the frame sees: the test stands in for them.
    await vault.locator('#show').click()
    const privateKey = await importPrivateKey(await vault.locator('#shown').innerText())
    await page.click('#use-key')
    assert.equal(await page.evaluate('document.activeElement.id'), 'generate')
    await page.check('label:has-text("okta.apps.read") input')
    await page.click('#create')
    await page.waitForSelector('h1:has-text("billing-sync")')
    const clientId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const { issuer } = server
    const assertion = await signAssertion({ iss: clientId, sub: clientId, aud: issuer }, privateKey)
    const answer = await fetch(`${issuer}/oauth2/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        scope: 'okta.apps.read',
      }),
    })
    assert.equal(answer.status, 200)
    await open.go(`/console/apps/${clientId}/scopes`)
    assert.equal(await page.locator('#granted > li').count(), 1)
    const preview = JSON.parse((await page.textContent('#preview')) ?? '') as { scp: unknown }
    assert.deepEqual(preview.scp, ['okta.apps.read'])
  })

  test('a private key that is pasted for a public one never leaves the browser, and the API refuses it too', async () => {
    const { page } = open
    const pair = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    const pem = exportPkcs8Pem(pair)
    const sent: string[] = []
    const note = (request: { url(): string; postData(): string | null }): void => {
      sent.push(request.url() + (request.postData() ?? ''))
    }
    page.on('request', note)
    await open.go('/console/apps/new')
    await page.fill('#app-name', 'careless')
    await page.check('input[value=paste]')
    await page.fill('#pasted', pem)
    await page.waitForSelector('#pasted-problem')
    assert.match(
      (await page.textContent('#pasted-problem')) ?? '',
      /This is a private key\. It was not sent/,
    )
    assert.equal(await page.inputValue('#pasted'), '')
    await page.click('#create')
    await page.waitForSelector('#problems')
    page.off('request', note)
    const body = pem.split('\n').slice(1, 3).join('').slice(0, 60)
    assert.ok(sent.length > 0)
    assert.ok(sent.every((text) => !text.replaceAll('\\n', '').includes(body)))

    // What a URL publishes is looked at through the server: here, that nothing can be reached there.
    await page.check('input[value=url]')
    await page.fill('#jwks-url', 'https://keygrant-test-nowhere.example/jwks.json')
    await page.click('#jwks-url-look')
    await page.waitForSelector('#jwks-url-preview .is-wrong')
    assert.match(
      (await page.textContent('#jwks-url-preview')) ?? '',
      /^Nothing can be used of it: the host could not be reached\.$/,
    )
    // No host of a test has a certificate that the server trusts: an answer in its form stands in for one.
    const finding = { severity: 'error', sentence: 'too small', fix: 'make a longer one' }
    const found = { kty: 'EC', alg: 'ES256', findings: [], sharedWith: [] }
    const keys = [
      { ...found, kid: 'good', thumbprint: 'thumb-1', isTaken: true },
      { ...found, kid: 'bad', thumbprint: null, isTaken: false, findings: [finding] },
    ]
    const json = { jwks_uri: 'x', fault: null, keys }
    await page.route('**/api/v1/jwks/preview', (route) => route.fulfill({ json }))
    await page.click('#jwks-url-look')
    await page.waitForSelector('#jwks-url-preview [data-taken=no]')
    const looked = (await page.textContent('#jwks-url-preview')) ?? ''
    assert.match(looked, /^1 of 2 keys can be used\./)
    assert.match(looked, /good.*Thumbprint thumb-1.*bad.*not taken.*too small; make a longer one/)
    await page.unroute('**/api/v1/jwks/preview')

    const jwk = { ...pair.publicKey.jwk, kid: 'k', ['d']: 'AAAA' }
    const app = { label: 'careless', settings: { oauthClient: { jwks: { keys: [jwk] } } } }
    const refused = await apiOf(page)('POST', '/api/v1/apps', app)
    assert.equal(refused.status, 400)
    assert.match(JSON.stringify(refused.body), /private members/)
  })

  test('what is searched, filtered and sorted stands in the address, and going back undoes it', async () => {
    const { page } = open
    const api = apiOf(page)
    for (const label of ['alpha', 'beta'])
      await api('POST', '/api/v1/apps?activate=false', { label })
    await open.go('/console/apps')
    const names = (): Promise<string[]> => page.locator('#apps tbody th > a').allTextContents()
    assert.deepEqual(await names(), ['alpha', 'beta', 'billing-sync'])
    await page.click('th >> text=Name')
    assert.deepEqual(await names(), ['billing-sync', 'beta', 'alpha'])
    assert.equal(await page.getAttribute('th:has-text("Name")', 'aria-sort'), 'descending')
    await page.selectOption('#show', 'inactive')
    assert.deepEqual(await names(), ['beta', 'alpha'])
    assert.equal(new URL(page.url()).search, '?sort=-name&show=inactive')
    await page.fill('#q', 'nothing like it')
    assert.match((await page.textContent('.empty-title')) ?? '', /Nothing matches/)
    await page.click('text=Clear filters')
    assert.equal(await page.locator('#apps tbody tr').count(), 3)
    await page.goBack()
    await until(page, "document.querySelector('#q').value === 'nothing like it'")
    await page.goBack()
    await until(page, "document.querySelectorAll('#apps tbody tr').length === 3")
    await page.reload()
    await isReady(page)
    assert.deepEqual(await names(), ['billing-sync', 'beta', 'alpha'])
  })

  test('a list that can not be read says why, with the request, and is read again on request', async () => {
    const { page } = open
    let isDown = true
    await page.route('**/api/v1/apps?*', (route) => (isDown ? route.abort() : route.continue()))
    await page.goto(`${server.origin}/console/apps`)
    await page.waitForSelector('main [data-failure]')
    assert.match((await page.textContent('main [data-failure]')) ?? '', /did not answer/)
    isDown = false
    await page.click('text=Try again')
    await page.waitForSelector('#apps')
    await page.unroute('**/api/v1/apps?*')
  })

  test('settings are saved, go back to the default, and are not left without a word', async () => {
    const { page } = open
    await open.go('/console/apps')
    await page.click('#apps >> text=billing-sync')
    await page.waitForSelector('#lifetime')
    await page.selectOption('#lifetime', '600')
    assert.equal(await page.textContent('#lifetime-hint'), 'In effect: 10 min (set for this app)')
    await page.click('.side >> text=Overview')
    await page.waitForSelector('#confirm')
    await page.click('#confirm >> text=Stay')
    assert.equal(await page.inputValue('#lifetime'), '600')
    await page.click('#save')
    await page.waitForSelector('.save-bar', { state: 'detached' })
    await page.reload()
    await isReady(page)
    assert.equal(await page.inputValue('#lifetime'), '600')
    await page.selectOption('#lifetime', '')
    await page.selectOption('#max-life', '60')
    assert.equal(await page.textContent('#max-life-hint'), 'In effect: 1 min (set for this app)')
    await page.check('#jti')
    await page.fill('#networks', '203.0.113.1/24')
    await page.click('#save')
    await page.waitForSelector('main [data-failure]')
    assert.match((await page.textContent('main [data-failure]')) ?? '', /'allowed_networks' must/)
    await page.fill('#networks', '127.0.0.1\n2001:DB8::/32')
    await page.click('#save')
    await page.waitForSelector('.save-bar', { state: 'detached' })
    await page.reload()
    await isReady(page)
    assert.equal(await page.inputValue('#networks'), '127.0.0.1/32\n2001:db8::/32')
    assert.equal(await page.inputValue('#max-life'), '60')
    assert.equal(await page.isChecked('#jti'), true)
    await page.selectOption('#max-life', '')
    await page.uncheck('#jti')
    await page.fill('#networks', '')
    await page.click('#save')
    await page.waitForSelector('.save-bar', { state: 'detached' })
    const appId = new URL(page.url()).pathname.split('/').at(-1)
    const { body } = await apiOf(page)('GET', `/api/v1/apps/${appId}`)
    assert.ok(!JSON.stringify(body).includes('access_token_lifetime_seconds'))
    assert.ok(!/max_assertion|require_jti|allowed_networks/.test(JSON.stringify(body)))
  })

  test('somebody who changed the app meanwhile is not overwritten', async () => {
    const { page } = open
    const appId = new URL(page.url()).pathname.split('/').at(-1)
    await page.fill('#owner', 'Bo')
    await apiOf(page)('PUT', `/api/v1/apps/${appId}`, { label: 'billing-sync 2' })
    await page.click('#save')
    await page.waitForSelector('main [data-failure]')
    assert.match((await page.textContent('main [data-failure]')) ?? '', /changed this meanwhile/)
    await page.click('.save-bar >> text=Discard')
    await apiOf(page)('PUT', `/api/v1/apps/${appId}`, { label: 'billing-sync' })
  })

  test('a change after five minutes asks for the passkey once more, and goes on', async () => {
    const { page } = open
    await open.go('/console/apps')
    await page.click('#apps >> text=alpha')
    await page.waitForSelector('#notes')
    server.advance(6 * 60_000)
    await page.fill('#notes', 'after a while')
    await page.click('#save')
    await page.waitForSelector('#step-up')
    assert.equal(await page.evaluate('document.activeElement.id'), 'step-up-title')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#step-up', { state: 'detached' })
    assert.equal(await page.locator('main [data-failure]').count(), 0)
    await page.click('#save')
    await page.click('#step-up >> text=Confirm with passkey')
    await page.waitForSelector('.save-bar', { state: 'detached' })
    assert.equal(await page.inputValue('#notes'), 'after a while')
  })

  test('an app is deactivated and then deleted, by its name', async () => {
    const { page } = open
    await open.go('/console/apps')
    await page.click('#apps >> text=beta')
    await page.waitForSelector('#turn')
    await page.click('#turn')
    await page.waitForSelector('#turn:has-text("Deactivate")')
    await page.click('#turn')
    await page.waitForSelector('#confirm #valid-tokens[data-loaded=there]')
    assert.equal(
      await page.textContent('#valid-tokens'),
      'No token that was issued is still valid.',
    )
    await confirm(open)
    await page.waitForSelector('#delete')
    await page.click('#delete')
    await page.fill('#confirm-typed', 'bet')
    await page.click('#confirm-go')
    assert.equal(await page.textContent('#confirm-wrong'), 'This is not the name of the app.')
    await page.fill('#confirm-typed', 'beta')
    await confirm(open)
    await page.waitForSelector('#apps')
    assert.equal(await page.locator('#apps >> text=beta').count(), 0)
  })

  test('scopes and roles are given and taken back, and say what follows', async () => {
    const { page } = open
    await open.go('/console/apps')
    await page.click('#apps >> text=alpha')
    await page.click('.tabs >> text=Scopes')
    await page.click('[aria-label="Grant okta.logs.read"]')
    await confirm(open)
    await page.waitForSelector('[aria-label="Revoke okta.logs.read"]')
    await page.click('.tabs >> text=Roles')
    // The grant brought the least role, as the settings say.
    await page.waitForSelector('#roles >> text=Read-only Admin')
    assert.equal(await page.getAttribute('[data-scope="okta.logs.read"]', 'data-works'), 'true')
    assert.equal(await page.getAttribute('[data-scope="okta.users.read"]', 'data-works'), 'false')
    await page.click('.tabs >> text=Scopes')
    await page.click('[aria-label="Revoke okta.logs.read"]')
    await confirm(open)
    await page.waitForSelector('[aria-label="Grant okta.logs.read"]')
  })

  test('[ADMI-001] an App Admin sees why an app with grants is not theirs to change, and the API refuses', async () => {
    const bo = await signUp(browser, server, open.page, {
      login: 'bo@a.example',
      role: 'APP_ADMIN',
    })
    const other = await openAs(browser, server, bo)
    const { page } = other
    await other.go('/console/apps')
    await page.click('#apps >> text=billing-sync')
    await page.waitForSelector('#lifetime')
    assert.match((await page.textContent('main')) ?? '', /Super Admins change it, because it holds/)
    assert.equal(await page.locator('#turn').count(), 0)
    assert.equal(await page.locator('#lifetime').isDisabled(), true)
    const appId = new URL(page.url()).pathname.split('/').at(-1)
    const { publicKey } = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    const key = { ...publicKey.jwk, kid: 'of-bo' }
    const api = apiOf(page)
    assert.equal((await api('POST', `/api/v1/apps/${appId}/credentials/jwks`, key)).status, 403)
    const scope = { scopeId: 'okta.users.manage', issuer: server.issuer }
    assert.equal((await api('POST', `/api/v1/apps/${appId}/grants`, scope)).status, 403)
    await page.click('.tabs >> text=Scopes')
    await page.waitForSelector('#available')
    assert.equal(await page.locator('[aria-label^="Grant "]').count(), 0)
    assert.match((await page.textContent('main')) ?? '', /Only a Super Admin grants/)
    await other.close()
  })

  test('the palette finds an app, a key and a request, without the mouse', async () => {
    const { page } = open
    await open.go('/console')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#palette-words:focus')
    await page.keyboard.type('billing')
    await page.waitForSelector('#result-0:has-text("billing-sync")')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("billing-sync")')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#palette-words:focus')
    const appId = new URL(page.url()).pathname.split('/').at(-1)
    const { body } = await apiOf(page)('GET', `/api/v1/apps/${appId}`)
    const kid = /"kid":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? assert.fail()
    await page.keyboard.type(kid)
    await page.waitForSelector('#result-0:has-text("of billing-sync")')
    await page.fill('#palette-words', '')
    const log = await apiOf(page)('GET', '/api/v1/logs?limit=1&sortOrder=DESCENDING&kind=changes')
    const [{ transaction, displayMessage } = assert.fail()] = log.body as unknown as {
      transaction: { id: string }
      displayMessage: string
    }[]
    await page.keyboard.insertText(transaction.id)
    await page.waitForSelector(`#result-0:has-text("Request ${transaction.id}")`)
    await page.keyboard.press('Enter')
    await page.waitForSelector(`h1:has-text("${displayMessage}")`)
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#palette-words:focus')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#palette', { state: 'detached' })
  })

  test('an app beyond those that are listed is found by the beginning of its name', async () => {
    const { page } = open
    const { serviceApps } = server.storage
    const [example] = await serviceApps.list({ limit: 1 })
    assert.ok(example !== undefined)
    const add = (id: string, label: string): Promise<void> => {
      const clientId = `0oa${id.padStart(17, 'z')}`
      const next = { ...example, clientId, label, keys: [], grants: [], roles: [] }
      return serviceApps.change({ clientId, actorId: clientId }, () => ({
        next,
        audit: [],
        answer: undefined,
      }))
    }
    const crowd = Array.from({ length: 1000 }, (_, index) => String(index).padStart(4, '0'))
    await Promise.all(crowd.map((id) => add(id, `crowd ${id}`)))
    await add('zzzz', 'outsider')
    await open.go('/console/apps')
    assert.match((await page.textContent('main .note')) ?? '', /^The first 1000 apps are listed/)
    await page.fill('#q', 'outsid')
    await page.waitForSelector('#apps th:has-text("outsider")')
    assert.equal(await page.locator('#apps tbody tr').count(), 1)
  })

  test('the self-check finds everything that is advertised', async () => {
    const { page } = open
    await open.go('/console/settings')
    await page.click('#run-check')
    await page.waitForSelector('#checks')
    assert.ok((await page.locator('#checks > li').count()) > 8)
    assert.equal(await page.locator('[data-good=false]').count(), 0)
  })

  test('nobody complained on the way', async () => {
    assert.equal(ada.login, 'ada@a.example')
    await open.close()
  })
})
