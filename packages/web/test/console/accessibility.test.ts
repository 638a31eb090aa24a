import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { inviteFirstAdministrator } from '@keygrant/server'
import { generateKey } from '@keygrant/core/keys'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import { assertAccessible } from '../accessible.ts'
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

  /** Screens, and what is done there first. */
  const screens = (): Readonly<Record<string, (page: Page) => Promise<unknown>>> => ({
    '/console': () => Promise.resolve(),
    '/console/apps': () => Promise.resolve(),
    '/console/apps?q=nothing': (page) => page.waitForSelector('[data-empty]'),
    '/console/apps/new': async (page) => {
      await page.check('input[value=paste]')
      await page.click('#create')
      await page.waitForSelector('#problems')
    },
    [`/console/apps/${appId}`]: async (page) => {
      await page.fill('#owner', 'Bo')
      await page.waitForSelector('.save-bar')
    },
    [`/console/apps/${appId}/scopes`]: () => Promise.resolve(),
    [`/console/apps/${appId}/scopes?`]: async (page) => {
      await page.click('[aria-label="Grant okta.logs.read"]')
      await page.waitForSelector('#confirm')
    },
    [`/console/apps/${appId}/roles`]: () => Promise.resolve(),
    '/console/people': () => Promise.resolve(),
    '/console/people?': async (page) => {
      await page.click('#invite')
      await page.waitForSelector('#invite-dialog')
    },
    [`/console/people/${bo.id}`]: () => Promise.resolve(),
    '/console/account': () => Promise.resolve(),
    '/console/settings': async (page) => {
      await page.click('#run-check')
      await page.waitForSelector('#checks')
    },
    '/console/settings?': async (page) => {
      await page.keyboard.press('Control+k')
      await page.waitForSelector('#result-0')
    },
    '/console/none': () => Promise.resolve(),
  })

  test('the ways in, in every look and width', async () => {
    const door = await openPage(browser, server)
    await door.go('/console')
    await assertAccessible(door.page, 'sign-in')
    await door.page.goto(link)
    await isReady(door.page)
    await assertAccessible(door.page, 'an invitation that is over')
    await door.close()
  })

  test('every screen, in every look and width', async () => {
    const open = await openAs(browser, server, ada)
    for (const [path, prepare] of Object.entries(screens())) {
      await open.go(path)
      await prepare(open.page)
      await assertAccessible(open.page, path)
    }
    await open.close()
  })

  test('a dialog takes the focus to its heading, keeps it inside, and gives it back', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    await open.go(`/console/apps/${appId}`)
    const opener = page.locator('#turn')
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('#confirm')
    assert.equal(await page.evaluate('document.activeElement.id'), 'confirm-title')
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press('Tab')
      const place = await page.evaluate(
        "document.activeElement === document.body || document.querySelector('#confirm').contains(document.activeElement)",
      )
      assert.equal(place, true)
    }
    await page.keyboard.press('Escape')
    await page.waitForSelector('#confirm', { state: 'detached' })
    assert.equal(await page.evaluate('document.activeElement.id'), 'turn')
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

  test('what has the focus is never under the bar that asks to save', async () => {
    const open = await openAs(browser, server, ada, { viewport: { width: 1280, height: 500 } })
    const { page } = open
    await open.go(`/console/apps/${appId}`)
    await page.fill('#owner', 'Bo')
    await page.waitForSelector('.save-bar')
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab')
      const covered = await page.evaluate(COVERED)
      assert.equal(covered, null)
    }
    await page.click('.save-bar >> text=Discard')
    await open.close()
  })

  test('at twice the size, and with text spaced wide, nothing scrolls sideways', async () => {
    // A zoom of 200 % in a window of 1280 pixels.
    const open = await openAs(browser, server, ada, { viewport: { width: 640, height: 450 } })
    const { page } = open
    for (const path of ['/console/apps', `/console/apps/${appId}/scopes`, '/console/people']) {
      await open.go(path)
      await page.evaluate(SPACED)
      const { wide, shown } = await page.evaluate<{ wide: number; shown: number }>(
        '({ wide: document.documentElement.scrollWidth, shown: innerWidth })',
      )
      assert.ok(wide <= shown, `${path}: ${wide} of ${shown}`)
    }
    await open.close()
  })
})

const COVERED = `(() => {
  const focused = document.activeElement
  const bar = document.querySelector('.save-bar')
  if (focused === document.body || bar === null || bar.contains(focused)) return null
  const one = focused.getBoundingClientRect()
  const other = bar.getBoundingClientRect()
  const isCovered = one.bottom > other.top && one.top < other.bottom
  return isCovered ? focused.outerHTML : null
})()`
// By the object model: no style element may be added under the policy of the page.
const SPACED = `(() => {
  for (const each of document.querySelectorAll('body *')) {
    each.style.letterSpacing = '0.12em'
    each.style.wordSpacing = '0.16em'
  }
})()`
