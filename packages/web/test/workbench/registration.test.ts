/**
 * The workbench of somebody who is signed in to the console: whether the server knows the key, how it gets to
 * know it, and the ways back to what the server noted.
 * @module
 */

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, NO_BROWSER, until } from '../a-page.ts'
import { assertAccessible } from '../accessible.ts'
import { aClient } from '../console/a-client.ts'
import {
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  openPage,
  signUpFirst,
} from '../console/a-console.ts'
import { makePair } from './a-workbench.ts'

const STEP_UP_MINUTES = 6

suite('the workbench beside the console', { skip: NO_BROWSER }, () => {
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

  test('compares the key with those of the app, registers it after a passkey check, and leads to log entry and grants', async () => {
    const open = await openPage(browser, server)
    const { page, complaints } = open
    await signUpFirst(open, server)
    const { clientId } = await aClient(server, page, {
      label: 'billing-sync',
      kid: 'prod-2025',
      scopes: ['okta.apps.read'],
    })
    await aClient(server, page, { label: 'reporting', kid: 'reporting-2026' })
    server.advance(STEP_UP_MINUTES * 60_000)
    await open.go(`/workbench#client=${clientId}`)
    assert.equal(await page.textContent('.server-bar .badge'), 'Development serverDEV')
    assert.equal(await page.textContent('.server-bar .host'), new URL(server.issuer).host)
    // The head says who is signed in, and leads there.
    const { body: me } = await apiOf(page)('GET', '/api/v1/sessions/me')
    const { firstName } = me['profile'] as { readonly firstName?: string }
    assert.equal(await page.textContent('.account'), firstName ?? me['login'])
    assert.equal(await page.getAttribute('.account', 'href'), '/console/account')
    // The server's clock is ahead by more than a JWT lasts.
    await page.selectOption('#exp', '600')

    // Whoever comes from the console is signed in: nothing has to be pressed.
    await page.waitForSelector('#own-app')
    assert.equal(await page.inputValue('#own-app'), clientId)
    await page.click('#scope')
    await page.waitForSelector('#scope-list [data-granted]')
    const marks = await page.locator('#scope-list li').allTextContents()
    assert.equal(marks.shift()?.trim(), 'okta.apps.read  granted')
    assert.ok(marks.length > 3)
    for (const mark of marks) assert.match(mark, /^okta\.\S+ {2}not granted$/)
    await page.fill('#client', 'nobody')
    await page.waitForSelector('.scopes .hint:has-text("knows no app")')
    await page.click('#scope')
    await page.waitForSelector('#scope-list li')
    assert.equal(await page.locator('.scopes [data-granted]').count(), 0)
    await page.selectOption('#own-app', { label: `billing-sync · ${clientId}` })
    assert.equal(await page.inputValue('#client'), clientId)
    assert.equal(await page.isChecked('#same-sub'), true)
    await page.click('#scope')
    await page.waitForSelector('#scope-list [data-granted=true]')
    // What is asked for and not granted says so where it was chosen.
    await page.click('#scope-list li:has-text("okta.users.read")')
    await page.waitForSelector('.chip:has-text("okta.users.read") [data-granted=false]')
    await page.click('.chip button')
    await page.waitForSelector('.chip', { state: 'detached' })
    const vault = page.frameLocator('#vault')
    const workbench = { page, vault, complaints, close: () => Promise.resolve() }
    await makePair(workbench, 'ES256 · P-256')
    await page.waitForSelector('#registration[data-is=absent]')
    assert.match(
      String(await page.textContent('#registration')),
      new RegExp(`Not registered for ${clientId}\\. Registered: prod-2025\\.`),
    )
    const thumbprint = String(await page.textContent('#thumbprint'))
    await page.click('#generate')
    await page.waitForSelector('[data-answer="401 invalid_client"]')
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange [data-status="401"]')
    const entry = String(await page.getAttribute('#in-log', 'href'))
    assert.ok(entry.startsWith(`${server.origin}/console/log/`), entry)
    assert.match(String(await page.getAttribute('#meaning', 'href')), /\/errors/)
    await assertAccessible(page, 'a key that is not registered')

    await page.click('#register')
    await page.click('#step-up button.primary')
    await page.waitForSelector('#registration[data-is=known]')
    await until(page, `document.activeElement.id === 'check-key'`)
    assert.match(
      String(await page.textContent('#registration')),
      new RegExp(`Registered as ${thumbprint}, active since`),
    )
    const keys = await apiOf(page)('GET', `/api/v1/apps/${clientId}/credentials/jwks`)
    assert.equal((keys.body['keys'] as readonly object[]).length, 2)

    // The server is asked where the page is from, whatever it calls itself.
    await page.fill('#scope', 'okta.apps.read')
    await page.click('#generate')
    await page.waitForSelector('[data-verdict].is-pass')
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange [data-status="200"]')
    await page.fill('#api-url', '/api/v1/users?limit=1')
    await page.click('#send')
    await page.waitForSelector('#api-exchange [data-status="403"]')
    assert.equal(
      await page.getAttribute('#lacking', 'href'),
      `${server.origin}/console/apps/${clientId}/scopes`,
    )

    // The kid of another app can be named on purpose, now that one is known.
    await page.click('#faults > summary')
    await page.check('[name=fault][value=kid_foreign]')
    await page.click('#generate')
    await page.waitForSelector('#jwt-state:has-text("Ends in")')
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange [data-status="401"]')
    await page.waitForSelector('#foretold[data-same=true]')
    const [signedHeader = ''] = String(await page.textContent('#jwt')).split('.')
    const { kid: foreign } = JSON.parse(
      Buffer.from(signedHeader, 'base64url').toString(),
    ) as Record<string, string>
    assert.equal(foreign, 'reporting-2026')
    await page.click('#broken button')

    // One that was taken out of use is said to be, and foretold to be refused.
    const added = (keys.body['keys'] as readonly { id: string; kid: string }[]).find(
      ({ kid }) => kid === thumbprint,
    )
    await apiOf(page)(
      'POST',
      `/api/v1/apps/${clientId}/credentials/jwks/${added?.id}/lifecycle/deactivate`,
    )
    await page.click('#check-key')
    await page.waitForSelector('#registration:has-text("but inactive since")')

    // In another tab the person signs out: this page hears of it, and asks nobody any more.
    const other = await page.context().newPage()
    await other.goto(`${server.origin}/console`)
    await other.click('.sign-out button')
    await page.waitForSelector('.account:text-is("Sign in")')
    assert.equal(await page.getAttribute('.account', 'href'), '/console')
    assert.equal(await page.evaluate('localStorage.length'), 0)
    await other.close()
    await open.close()
  })
})
