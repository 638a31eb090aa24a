import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, BrowserContext, Frame } from 'playwright-core'
import { launchBrowser, NO_BROWSER, until } from '../a-page.ts'
import { aWorkbenchServer, makePair, openWorkbench, type WorkbenchServer } from './a-workbench.ts'

suite('the key in the frame', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let bench: WorkbenchServer

  before(async () => {
    browser = await launchBrowser()
    bench = await aWorkbenchServer('strict')
  })
  after(async () => {
    await browser.close()
    await bench.server.close()
  })

  test('is dropped after 15 minutes without use, with a warning that keeps it, and no line of the form is lost', async () => {
    const workbench = await openWorkbench(browser, bench.server.url, {}, async (page) => {
      await page.clock.install()
    })
    const { page, vault, complaints } = workbench
    const minutes = (many: number): Promise<void> => page.clock.runFor(many * 60_000)
    const shows = (id: string): Promise<boolean> => vault.locator(id).isVisible()
    await makePair(workbench, 'ES256 · P-256')
    await page.fill('#client', bench.app.clientId)
    await page.fill('#scope', 'okta.apps.read')
    await page.click('#generate')
    await page.waitForSelector('#jwt')

    // A signature is a use, and so is the word of the person.
    await minutes(12)
    await page.click('#generate')
    await page.waitForSelector('#jwt-state:has-text("Ends in")')
    await minutes(12)
    assert.equal(await shows('#idle'), false)
    await minutes(1)
    await vault.locator('#idle').waitFor()
    assert.match(String(await vault.locator('#idle').textContent()), /cleared in 2 minutes/)
    await vault.locator('#keep').click()
    await vault.locator('#idle').waitFor({ state: 'hidden' })
    await minutes(12)
    assert.equal(await shows('#facts'), true)

    await minutes(1)
    await vault.locator('#idle').waitFor()
    await page.focus('#scope')
    await minutes(2)
    await page.waitForSelector('#thumbprint', { state: 'detached' })
    await vault.locator('#status:has-text("15 minutes and was cleared")').waitFor()
    assert.equal(await shows('#idle'), false)
    assert.equal(await shows('#private'), true)
    // The focus stays where the person is, and all that was written with it.
    assert.equal(await page.evaluate('document.activeElement.id'), 'scope')
    assert.equal(await page.inputValue('#client'), bench.app.clientId)
    assert.equal(await page.textContent('.chips .chip'), 'okta.apps.read')
    assert.equal(await page.locator('.steps a[href="#key-title"] .icon').count(), 0)
    await page.click('#generate')
    await page.waitForSelector('#sign-lack:has-text("no key yet")')
    assert.deepEqual(complaints, [])
    await workbench.close()
  })

  test('takes the whole document along when a person clears it: another one begins in its place, with the focus', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page, vault, complaints } = workbench
    const frame = (): Frame => page.frames().find((each) => each.parentFrame() !== null) as Frame
    await makePair(workbench, 'ES256 · P-256')
    await vault.locator('#show').click()
    const before = frame()
    await before.evaluate('window.isOld = true')
    await vault.locator('#clear').click()
    await vault.locator('#status:has-text("The key was cleared.")').waitFor()
    assert.equal(await frame().evaluate('window.isOld'), undefined)
    assert.equal(before.isDetached(), true)
    assert.equal(await frame().evaluate('self.origin'), 'null')
    assert.equal(await frame().evaluate('document.activeElement.id'), 'private')
    assert.equal(await page.evaluate('document.activeElement.id'), 'vault')
    assert.equal(await vault.locator('#shown').textContent(), '')

    // The new one is connected: it takes a key, and is called what the person wants.
    for (const [from, kid] of [
      ['date', /^20\d{6}T\d{6}Z$/],
      ['own', /^prod-2027$/],
    ] as const) {
      await vault.locator('#generate').click()
      await vault.locator('#kid-from').selectOption(from)
      assert.equal(await vault.locator('#kid').isVisible(), from === 'own')
      if (from === 'own') await vault.locator('#kid').fill('prod-2027')
      await vault.locator('#make').click()
      await page.waitForSelector('#thumbprint')
      await page.click('#claims-step summary:has-text("Header")')
      assert.match(await page.inputValue('#header-kid'), kid)
      await vault.locator('#clear').click()
      await vault.locator('#status:has-text("The key was cleared.")').waitFor()
    }
    assert.deepEqual(await page.evaluate('window.violations'), [])
    assert.deepEqual(complaints, [])
    await workbench.close()
  })

  test('is offered to the inspector in another tab by its public half, until it is cleared', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page, vault } = workbench
    await makePair(workbench, 'ES256 · P-256')
    await page.fill('#client', bench.app.clientId)
    await page.click('#generate')
    await page.waitForSelector('#jwt')
    const inspector = await openInspectLink(page.context(), () =>
      page.click('text=Inspect >> nth=-1'),
    )
    const verdict = '.verdict'
    await inspector.waitForSelector(`${verdict}.is-unverified`)
    assert.equal(await inspector.inputValue('#client-id'), bench.app.clientId)
    assert.equal(await inspector.inputValue('#issuer'), bench.server.issuer)
    await inspector.click('.workbench-key')
    await inspector.waitForSelector(`${verdict}.is-holds`)
    const jwk = JSON.parse(await inspector.inputValue('#keys')) as object
    assert.deepEqual(
      Object.keys(jwk).filter((name) => !PUBLIC.includes(name)),
      [],
    )
    assert.equal(await inspector.locator('.workbench-key').count(), 0)

    await inspector.fill('#keys', '')
    await inspector.waitForSelector('.workbench-key')
    await vault.locator('#clear').click()
    await inspector.waitForSelector('.workbench-key', { state: 'detached' })
    // One that is made while the inspector is open is offered too, and none of a tab that was closed.
    await makePair(workbench, 'ES256 · P-256')
    await inspector.waitForSelector('.workbench-key')
    await page.goto('about:blank')
    await inspector.waitForSelector('.workbench-key', { state: 'detached' })
    await workbench.close()
  })
})

const PUBLIC = ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y']

async function openInspectLink(context: BrowserContext, press: () => Promise<void>) {
  const [page] = await Promise.all([context.waitForEvent('page'), press()])
  await until(page, `document.documentElement.dataset.ready === 'yes'`)
  return page
}
