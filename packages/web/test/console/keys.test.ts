/**
 * Keys in a real browser: who may change them, rotating one with the keyboard alone, and the keys of the server.
 */

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import { assertAccessible } from '../accessible.ts'
import { type Client, aClient, aPair } from './a-client.ts'
import { assertStops } from './focus-order.ts'
import {
  type Administrator,
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  openAs,
  type OpenConsole,
  openPage,
  signUp,
  signUpFirst,
} from './a-console.ts'

suite('keys in the console', { skip: NO_BROWSER, timeout: 400_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let ada: Administrator
  let billing: Client
  let open: OpenConsole
  let page: Page

  before(async () => {
    server = await aConsoleServer({
      limits: { tokensPerMinute: 0, apiCallsPerMinute: 0, failuresPerMinute: 0 },
    })
    browser = await launchBrowser()
    open = await openPage(browser, server)
    page = open.page
    ada = await signUpFirst(open, server)
    billing = await aClient(server, page, {
      label: 'billing-sync',
      kid: 'prod-2025',
      scopes: ['okta.apps.read'],
    })
  })
  after(async () => {
    await open?.close()
    await browser?.close()
    await server?.close()
  })

  const keysOf = ({ clientId }: Client) => `/console/apps/${clientId}/keys`

  test('[ADMI-001] an App Admin sees who may rotate and why, and the API refuses; a Super Admin may', async () => {
    const bo = await signUp(browser, server, page, { login: 'bo@a.example', role: 'APP_ADMIN' })
    const free = await aClient(server, page, { label: 'free' })
    const his = await openAs(browser, server, bo)
    await his.go(keysOf(billing))
    await his.page.waitForSelector('#who-may')
    const rule = (await his.page.textContent('#key-rule')) ?? ''
    assert.match(rule, /by Super Admins only, because it holds 1 scope grant/)
    assert.match(rule, /You are App Admin: you may not/)
    assert.match(rule, /Who may: Ada\./)
    assert.equal(await his.page.$('#rotate-key'), null)
    const { jwk } = (await aPair('by-bo')).publicKey
    const keys = `/api/v1/apps/${billing.clientId}/credentials/jwks`
    assert.equal((await apiOf(his.page)('POST', keys, jwk)).status, 403)
    await his.go(keysOf(free))
    await his.page.waitForSelector('#key-rule[data-allowed=yes]')
    await his.page.waitForSelector('#rotate-key')
    await his.close()
    await open.go(keysOf(billing))
    await page.waitForSelector('#key-rule[data-allowed=yes]')
  })

  test('a key is rotated with the keyboard alone, each step by what was measured, and what the old one signs is refused', async () => {
    await billing.ask()
    const pair = await aPair('prod-2026')
    await open.go(keysOf(billing))
    await page.evaluate(`
      window.pressed = 0;
      addEventListener('mousedown', () => window.pressed++);
    `)
    await press(page, '#rotate-key')
    await page.waitForSelector('[data-step=add][data-state=open]')
    await tabTo(page, '#public-key')
    await page.keyboard.insertText(JSON.stringify(pair.publicKey.jwk))
    await page.waitForSelector('.found-keys')
    await press(page, '#add-key')
    await page.waitForSelector('[data-step=add][data-state=done]')
    assert.match(page.url(), /new=pks/)

    await page.waitForSelector('#first-use[data-seen=no]')
    assert.equal((await billing.ask({ key: pair })).status, 200)
    await page.waitForSelector('#first-use[data-seen=yes]')
    assert.match(
      (await page.textContent('#first-use')) ?? '',
      /First use of the new key seen \d\d:\d\d:\d\d UTC/,
    )
    assert.match((await page.textContent('[role=status]')) ?? '', /^First use of the new key seen/)

    // It can be left and taken up again: where it stands is in the address and on the server.
    await page.reload()
    await page.waitForSelector('#first-use[data-seen=yes]')
    await page.evaluate("window.pressed = 0; addEventListener('mousedown', () => window.pressed++)")

    assert.equal((await billing.ask()).status, 200)
    await page.waitForSelector('#old-uses:not([data-uses="0"])')
    assert.equal(await page.getAttribute('[data-step=watch]', 'data-state'), 'open')
    server.advance(61_000)
    await page.waitForSelector('[data-step=watch][data-state=done]')
    assert.equal(await page.getAttribute('#old-uses', 'data-uses'), '0')

    await press(page, '#retire-old')
    const numbers = (await page.textContent('#retire-numbers')) ?? ''
    assert.match(numbers, /^2 requests used it in the last 24 hours/)
    await tabTo(page, 'input[name=when]')
    await page.keyboard.press('ArrowDown')
    await page.waitForSelector('input[value=now]:checked')
    // What the key got, and until when it is good.
    await page.waitForSelector('#revoke-tokens')
    assert.match(
      (await page.textContent('#valid-tokens')) ?? '',
      /^2 tokens that were issued are still valid, the last one until [-\d]{10} [:\d]{8} UTC\.$/,
    )
    await press(page, '#retire-go')
    await page.waitForSelector('#retired')
    assert.equal(await page.evaluate('window.pressed'), 0)
    assert.equal(await page.textContent('[role=status]'), 'The rotation is done.')

    const refused = await billing.ask()
    assert.equal(refused.status, 401)
    assert.equal((await billing.ask({ key: pair })).status, 200)
    await open.go(`/console/log/${refused.requestId}`)
    await page.waitForSelector('.ledger [data-check=key][data-status=fail]')
    assert.match((await page.textContent('main')) ?? '', /inactive/)
    // Which key signed it comes a moment later, without a reload.
    assert.match(
      (await page.textContent('#signer')) ?? '',
      /^Signed with the key prod-2025 of this app, which is inactive, and was last changed on 20[-\d]{8} [:\d]{8} UTC\.$/,
    )
    await open.go(keysOf(billing))
    assert.equal(await page.getAttribute('tr[data-key=prod-2025]', 'data-state'), 'retired')
    // The timeline as a screen reader has it, and the table that says the same.
    await page.click('.timeline ~ details > summary')
    const heard = await page.locator('section:has(> .timeline)').ariaSnapshot()
    assert.match(heard, /heading "Use over time" \[level=2\]/)
    assert.match(
      heard,
      /figure "4 tokens in the last day\. Each bar is an hour; the line is now\."/,
    )
    assert.match(
      heard,
      /img "Lifetimes .* of prod-2026, prod-2025": prod-2026 · Active prod-2025 · Retired now /,
    )
    assert.match(heard, /row "Day \(UTC\) prod-2026 prod-2025"/)
    assert.match(heard, /row "[-\d]{10} \d \d"/)
  })

  test('a key retires in 24 hours unless something else is said, and can be kept until then', async () => {
    const spare = await aClient(server, page, { label: 'spare', kid: 'one' })
    const keys = `/api/v1/apps/${spare.clientId}/credentials/jwks`
    await apiOf(page)('POST', keys, (await aPair('two')).publicKey.jwk)
    const jwks = { keys: [spare.key.publicKey.jwk] }
    await apiOf(page)('POST', '/api/v1/apps', {
      label: 'twin',
      settings: { oauthClient: { jwks } },
    })
    await open.go(keysOf(spare))
    assert.match((await page.textContent('.warnings')) ?? '', /one is registered for twin, too/)
    assert.equal(await page.textContent('tr[data-key=one] [data-source=CONSOLE]'), 'ConsoleAda')
    await page.click('tr[data-key=one] [data-act=retire]')
    assert.match(
      (await page.textContent('#retire-numbers')) ?? '',
      /Safe to retire: it was never used/,
    )
    assert.equal(await page.isChecked('input[value=later]'), true)
    await page.click('#retire-go')
    await page.waitForSelector('tr[data-key=one][data-state=retiring]')
    const { body } = await apiOf(page)('GET', keys)
    const [{ expires_at: end } = {}] = (
      body['keys'] as { kid: string; expires_at: string }[]
    ).filter(({ kid }) => kid === 'one')
    const hours = (Date.parse(end ?? '') - Date.now()) / 3_600_000
    assert.ok(hours > 23.9 && hours < 24.1, String(hours))
    assert.match((await page.textContent('.warnings')) ?? '', /one ends in/)
    await page.click('tr[data-key=one] [data-act=keep]')
    await page.waitForSelector('tr[data-key=one][data-state=published]')

    // Instead of keys of its own an app may have those that it publishes; what becomes of them is told.
    await page.click('#use-url-part summary')
    // Nothing is greyed out: what is missing is said when it is pressed.
    await page.click('#use-url')
    await page.waitForSelector('#keys-url:focus[aria-invalid=true]')
    await page.fill('#keys-url', 'https://keygrant-test-nowhere.example/jwks.json')
    await page.click('#use-url')
    await page.waitForSelector('#jwks-url-state.is-calm')
    assert.equal((await spare.ask()).status, 503)
    await open.go(keysOf(spare))
    assert.match(
      (await page.textContent('#jwks-url-state')) ?? '',
      /gives no keys since .*: the host could not be reached\..*It never gave any/,
    )
  })

  test('the next key of the server does not sign before verifiers can know it; tokens of the previous one stay good', async () => {
    const pair = await aPair('verifier')
    const api = apiOf(page)
    await api('POST', `/api/v1/apps/${billing.clientId}/credentials/jwks`, pair.publicKey.jwk)
    const before = await billing.ask({ key: pair })
    const call = async (token: string) =>
      (
        await server.server.inject({
          url: '/api/v1/apps',
          headers: { authorization: `Bearer ${token}` },
        })
      ).status
    assert.equal(await call(before.accessToken), 200)
    await open.go('/console/keys')
    assert.match((await page.textContent('.rule')) ?? '', /may take over from/)
    await page.click('#rotate')
    await page.click('#confirm-go')
    await page.waitForSelector('#alerts .toast')
    assert.match((await page.textContent('#alerts')) ?? '', /may sign from/)

    server.advance(12 * 60_000)
    await page.click('#rotate')
    await page.click('#confirm-go')
    await page.waitForSelector('#step-up')
    await page.click('#step-up button')
    await page.waitForSelector('tr[data-state=EXPIRED]')
    const states = await page.$$eval('tr[data-state]', (rows) =>
      rows.map((row) => (row as unknown as { dataset: { state: string } }).dataset.state),
    )
    assert.deepEqual(states, ['NEXT', 'ACTIVE', 'EXPIRED'])
    assert.equal(await call(before.accessToken), 200)
    const since = await billing.ask({ key: pair })
    assert.equal(await call(since.accessToken), 200)

    // Of a key that is compromised nothing counts any more.
    await page.click('tr[data-state=EXPIRED] button.danger')
    const kid = (await page.textContent('tr[data-state=EXPIRED] code')) ?? ''
    await page.click('#confirm-go')
    await page.waitForSelector('#confirm-wrong')
    await page.fill('#confirm-typed', kid)
    await page.click('#confirm-go')
    await page.waitForSelector('tr[data-state=REVOKED]')
    assert.equal(await call(before.accessToken), 401)
    assert.equal(await call(since.accessToken), 200)
  })

  test('the tokens that a key got are revoked from the dialog in which it is retired, after a fresh passkey check', async () => {
    const api = apiOf(page)
    const leaked = await aClient(server, page, {
      label: 'leaked',
      kid: 'one',
      scopes: ['okta.apps.read'],
    })
    const pair = await aPair('two')
    await api('POST', `/api/v1/apps/${leaked.clientId}/credentials/jwks`, pair.publicKey.jwk)
    const [{ accessToken }, other] = [await leaked.ask(), await leaked.ask({ key: pair })]
    const statusWith = async (token: string) =>
      (
        await server.server.inject({
          url: '/api/v1/apps',
          headers: { authorization: `Bearer ${token}` },
        })
      ).status
    // Longer than a passkey check counts.
    server.advance(11 * 60_000)
    await open.go(keysOf(leaked))
    await page.click('tr[data-key=one] [data-act=retire]')
    assert.equal(await page.$('#revoke-tokens'), null)
    await page.check('input[value=now]')
    await page.click('#revoke-tokens')
    await page.click('#step-up button:not(.primary)')
    await page.waitForSelector('#step-up', { state: 'detached' })
    // Whoever gave it up is told nothing of it, and nothing was done.
    assert.equal(await page.$('#retire [data-failure]'), null)
    assert.equal(await statusWith(accessToken), 200)
    await page.click('#revoke-tokens')
    await page.click('#step-up .primary')
    await page.waitForSelector('#valid-tokens:has-text("No token that was issued is still valid.")')
    await page.waitForSelector('.toast:has-text("The tokens that the key got are revoked.")')
    await page.waitForSelector('#valid-tokens:focus')
    assert.equal(await page.$('#revoke-tokens'), null)
    assert.equal(await statusWith(accessToken), 401)
    assert.equal(await statusWith(other.accessToken), 200)
    // The key itself is as it was.
    await page.keyboard.press('Escape')
    await page.waitForSelector('#retire', { state: 'detached' })
    assert.equal(await page.getAttribute('tr[data-key=one]', 'data-state'), 'active')
    server.advance(2000)
    assert.equal((await leaked.ask()).status, 200)

    // All of them, whichever key got them, in the danger zone of the app.
    await open.go(`/console/apps/${leaked.clientId}`)
    await page.click('#revoke-all')
    await page.waitForSelector('#valid-tokens:has-text("2 tokens that were issued")')
    await page.click('#confirm-go')
    await page.waitForSelector('.toast:has-text("The tokens that the app had are revoked.")')
    assert.equal(await statusWith(other.accessToken), 401)
  })

  test('the screens of log, keys and metrics are accessible in every look and width', async () => {
    const refused = await billing.ask({ audience: 'https://other.example' })
    await billing.ask({ audience: `${server.issuer}/` })
    const paths = {
      // Less than a page of it, however many traces and changes there are beside them.
      log: '/console/log?kind=requests',
      reasons: '/console/log?view=reasons',
      entry: `/console/log/${refused.requestId}`,
      panel: `/console/log?kind=requests&open=${refused.requestId}`,
      nothing: '/console/log?q=nothing-has-this',
      metrics: '/console/metrics',
      keys: keysOf(billing),
      rotation: `${keysOf(billing)}/rotate`,
      activity: `/console/apps/${billing.clientId}/activity`,
      'server keys': '/console/keys',
    }
    const each = await openAs(browser, server, ada)
    for (const [name, path] of Object.entries(paths)) {
      await each.go(path)
      // Which key signed is found after the answer.
      if (name === 'entry' || name === 'panel') await each.page.waitForSelector('#signer')
      await assertAccessible(each.page, name)
      await assertStops(each.page, name)
    }
    await each.close()
  })
})

/** Goes on with Tab until something has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector)
  const isThere = `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`
  for (let tries = 0; (await page.evaluate(isThere)) !== true; tries++) {
    assert.ok(tries < 150, `${selector} is not reached by Tab`)
    await page.keyboard.press('Tab')
  }
}

async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector)
  await page.keyboard.press('Enter')
}
