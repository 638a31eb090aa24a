import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page, Route } from 'playwright-core'
import { inviteFirstAdministrator } from '@keygrant/server'
import { generateKey } from '@keygrant/core/keys'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import { assertAccessible } from '../accessible.ts'
import { assertStops } from './focus-order.ts'
import {
  type Administrator,
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  isReady,
  openAs,
  openPage,
  signUp,
  signUpFirst,
} from './a-console.ts'

suite('the console is accessible', { skip: NO_BROWSER, timeout: 400_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let ada: Administrator
  let bo: Administrator
  let cyId: string
  let link: string
  let appId: string

  before(async () => {
    server = await aConsoleServer()
    browser = await launchBrowser()
    link = (await inviteFirstAdministrator(server))?.url ?? assert.fail()
    const open = await openPage(browser, server)
    ada = await signUpFirst(open, server)
    bo = await signUp(browser, server, open.page, { login: 'bo@a.example' })
    const api = apiOf(open.page)
    const profile = { login: 'cy@a.example', email: 'cy@a.example' }
    cyId = (await api('POST', '/api/v1/users', { profile })).body['id'] as string
    const { publicKey } = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    const jwk = { ...publicKey.jwk, kid: 'prod-2026', status: 'ACTIVE' }
    const created = await api('POST', '/api/v1/apps', {
      label: 'billing-sync',
      settings: { oauthClient: { contacts: ['Ana'], notes: 'nightly' } },
    })
    appId = created.body['id'] as string
    const soon = new Date(Date.now() + 6 * 86_400_000).toISOString()
    await api('POST', `/api/v1/apps/${appId}/credentials/jwks`, { ...jwk, expires_at: soon })
    const grants = `/api/v1/apps/${appId}/grants`
    await api('POST', grants, { scopeId: 'okta.apps.read', issuer: server.issuer })
    await open.close()
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  /** Screens: what is done there first and, of a dialog, what opened it. */
  const screens = (): readonly (readonly [
    name: string,
    path: string,
    prepare?: (page: Page) => Promise<unknown>,
    opener?: string,
  ])[] => [
    ['overview', '/console'],
    ['apps', '/console/apps'],
    ['no app', '/console/apps?q=nothing', (page) => page.waitForSelector('[data-empty]')],
    [
      'create',
      '/console/apps/new',
      async (page) => {
        await page.check('input[value=paste]')
        await page.click('#create')
        await page.waitForSelector('#problems')
      },
    ],
    [
      'general',
      `/console/apps/${appId}`,
      async (page) => {
        await page.fill('#owner', 'Bo')
        await page.waitForSelector('.save-bar')
      },
    ],
    [
      'deactivate',
      `/console/apps/${appId}`,
      (page) => opened(page, '#turn', '#confirm-title'),
      '#turn',
    ],
    [
      'retire',
      `/console/apps/${appId}/keys`,
      (page) => opened(page, '[data-act=retire]', 'dialog h2'),
      '[data-act=retire]',
    ],
    ['scopes', `/console/apps/${appId}/scopes`],
    [
      'grant',
      `/console/apps/${appId}/scopes`,
      (page) => opened(page, '[aria-label="Grant okta.logs.read"]', '#confirm-title'),
      '[aria-label="Grant okta.logs.read"]',
    ],
    ['roles', `/console/apps/${appId}/roles`],
    ['people', '/console/people'],
    [
      'invite',
      '/console/people',
      (page) => opened(page, '#invite', '#invite-dialog h2'),
      '#invite',
    ],
    ['person', `/console/people/${bo.id}`],
    ['account', '/console/account'],
    [
      'rename',
      '/console/account',
      (page) => opened(page, '[aria-label^="Rename"]', 'dialog h2'),
      '[aria-label^="Rename"]',
    ],
    [
      'settings',
      '/console/settings',
      async (page) => {
        await page.click('#run-check')
        await page.waitForSelector('#checks')
      },
    ],
    [
      'palette',
      '/console/settings',
      async (page) => {
        await opened(page, '.find', '#palette-words')
        await page.waitForSelector('#result-0')
      },
      '.find',
    ],
    ['nowhere', '/console/none'],
  ]

  test('the ways in, in every look and width', async () => {
    const door = await openPage(browser, server)
    await door.go('/console')
    await assertAccessible(door.page, 'sign-in')
    await assertStops(door.page, 'sign-in')
    await door.page.goto(link)
    await isReady(door.page)
    await assertAccessible(door.page, 'an invitation that is over')
    await door.close()
  })

  test('every screen and dialog, in every look and width, with the keyboard, big letters and no motion', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    for (const [name, path, prepare, opener] of screens()) {
      await open.go(path)
      await prepare?.(page)
      await assertAccessible(page, name)
      await assertStops(page, name)
      if (opener === undefined) continue
      await page.keyboard.press('Escape')
      await page.waitForSelector('dialog[open]', { state: 'detached' })
      await page.waitForSelector(`${opener}:focus`)
    }
    await open.close()
  })

  test('what is on its way, what failed, the passkey check and a fresh invitation, in every look and width', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    const answers = {
      'server gone': (route: Route) => route.abort('connectionrefused'),
      forbidden: failing(403, 'E0000006'),
      'server error': failing(500, 'E0000009'),
    }
    for (const [name, answer] of Object.entries(answers)) {
      await page.route('**/api/v1/apps?*', answer)
      await open.go('/console/apps')
      await page.waitForSelector('[data-failure]')
      await assertAccessible(page, name)
      if (name === 'server error') await assertStops(page, name)
      await page.unroute('**/api/v1/apps?*')
      await page.click('[data-failure] button')
      await page.waitForSelector('#apps')
    }
    // Nothing comes, and then not even who is signed in.
    for (const [name, path, held] of [
      ['list on its way', '/console/log', '**/api/v1/logs?*'],
      ['app on its way', `/console/apps/${appId}/keys`, '**/api/v1/apps/**'],
      ['console on its way', '/console', '**/api/v1/sessions/me'],
    ] as const) {
      await page.route(held, () => {})
      await page.goto(server.origin + path)
      await page.waitForSelector('[data-loading]')
      await assertAccessible(page, name)
      await page.unroute(held)
    }
    await page.route('**/api/v1/sessions/me', answers['server gone'])
    await open.go('/console')
    await assertAccessible(page, 'nobody knows who is signed in')
    await page.unroute('**/api/v1/sessions/me')

    const { url } = (await apiOf(page)('POST', `/api/v1/users/${cyId}/invitation`)).body
    server.advance(6 * 60_000)
    await open.go(`/console/apps/${appId}/keys`)
    await page.click('[data-act=retire]')
    await page.click('#retire-go')
    await page.waitForSelector('#step-up-title:focus')
    await assertAccessible(page, 'step-up')
    await assertStops(page, 'step-up')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#retire-go:focus')
    await open.close()

    const door = await openPage(browser, server)
    await door.page.goto(url as string)
    await isReady(door.page)
    await door.page.waitForSelector('#make-passkey')
    await assertAccessible(door.page, 'invitation')
    await assertStops(door.page, 'invitation')
    await door.close()
  })

  test('a dialog keeps the focus inside', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    await open.go(`/console/apps/${appId}`)
    await opened(page, '#turn', '#confirm-title')
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press('Tab')
      const place = await page.evaluate(
        "document.activeElement === document.body || document.querySelector('#confirm').contains(document.activeElement)",
      )
      assert.equal(place, true)
    }
    await open.close()
  })

  test('the keyboard alone creates an app, from the first Tab to the last Enter', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    await open.go('/console')
    const tabTo = async (selector: string): Promise<void> => {
      for (let step = 0; step < 80; step++) {
        const isThere = await page.evaluate(
          (wanted) => document.activeElement?.matches(wanted) ?? false,
          selector,
        )
        if (isThere) return
        await page.keyboard.press('Tab')
      }
      assert.fail(`never at ${selector}`)
    }
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.className'), 'skip-link')
    await tabTo('.side a[href="/console/apps"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:focus')
    await isReady(page)
    await tabTo('a[href="/console/apps/new"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:focus')
    await tabTo('#app-name')
    await page.keyboard.type('by keyboard')
    await tabTo('input[name=source]')
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
    assert.equal(await page.isChecked('input[value=later]'), true)
    await tabTo('#create')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("by keyboard")')
    await open.close()
  })
})

/** Answers as the server does when it refuses or fails. */
function failing(status: number, errorCode: string): (route: Route) => Promise<void> {
  const headers = { 'x-request-id': '01a22a09-18b2-7558-84eb-3d9ce2744f6f' }
  const json = { errorCode, errorSummary: 'Internal Server Error', errorCauses: [] }
  return (route) => route.fulfill({ status, headers, json })
}

/** Opens a dialog by what is pressed, and waits until the focus is where it belongs. */
async function opened(page: Page, opener: string, target: string): Promise<void> {
  await page.locator(opener).first().press('Enter')
  await page.waitForSelector(`${target}:focus`)
}
