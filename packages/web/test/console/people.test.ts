import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import {
  type Administrator,
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  isReady,
  openAs,
  type OpenConsole,
  openPage,
  signUpFirst,
  takeUp,
} from './a-console.ts'

suite('people in the console', { skip: NO_BROWSER, timeout: 180_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let open: OpenConsole
  let bo: Administrator
  let link: string

  before(async () => {
    server = await aConsoleServer()
    browser = await launchBrowser()
    open = await openPage(browser, server)
    await signUpFirst(open, server)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  test('a Super Admin invites somebody, who makes a passkey and may do what the role allows', async () => {
    const { page } = open
    await open.go('/console/people')
    await page.click('#invite')
    await page.click('#make-invitation')
    assert.equal(await page.evaluate('document.activeElement.id'), 'email')
    await page.fill('#email', 'bo@a.example')
    await page.fill('#first-name', 'Bo')
    await page.check('input[value=READ_ONLY_ADMIN]')
    await page.click('#make-invitation')
    await page.waitForSelector('#invitation-link')
    link = (await page.textContent('#invitation-link')) ?? ''
    await page.click('text=Done')
    assert.match((await page.textContent('#people')) ?? '', /Bo.*Invited, no passkey yet/s)

    const other = await openPage(browser, server)
    await other.page.goto(link)
    await other.page.waitForSelector('#make-passkey')
    assert.match((await other.page.textContent('main')) ?? '', /bo@a\.example.*Read-only Admin/s)
    bo = await takeUp(other, 'bo@a.example')
    await other.go('/console/apps')
    assert.equal(await other.page.locator('text=Create service app').count(), 0)
    const api = apiOf(other.page)
    assert.equal((await api('POST', '/api/v1/apps', { label: 'x' })).status, 403)
    await other.close()
  })

  test('an invitation that was taken up says so to the next one', async () => {
    const other = await openPage(browser, server)
    await other.page.goto(link)
    await other.page.waitForSelector('[data-failure]')
    assert.match((await other.page.textContent('[data-failure]')) ?? '', /good once/)
    await other.close()
  })

  test('a role holds at once for sessions that are open', async () => {
    const other = await openAs(browser, server, bo)
    const api = apiOf(other.page)
    assert.equal((await api('POST', '/api/v1/apps', { label: 'x' })).status, 403)
    const { page } = open
    await open.go(`/console/people/${bo.id}`)
    await page.selectOption('#role', 'APP_ADMIN')
    await page.click('#assign')
    await page.click('#confirm-go')
    await page.waitForSelector('#roles >> text=App Admin')
    assert.equal((await api('POST', '/api/v1/apps', { label: 'x' })).status, 200)
    await page.click('[aria-label="Take back App Admin"]')
    await page.click('#confirm-go')
    await page.waitForSelector('#roles:not(:has-text("App Admin"))')
    assert.equal((await api('POST', '/api/v1/apps', { label: 'y' })).status, 403)
    await other.close()
  })

  test('a session that is ended elsewhere shows the sign-in, and leads back to the same screen', async () => {
    const other = await openAs(browser, server, bo)
    await other.go('/console/people')
    const { page } = open
    await open.go(`/console/people/${bo.id}`)
    await page.click('#end-all')
    await page.click('#confirm-go')
    await page.waitForSelector('text=No sessions.')
    await other.page.click('#people >> text=Bo')
    await other.page.waitForSelector('#sign-in')
    assert.match((await other.page.textContent('main')) ?? '', /Your session is over/)
    await other.page.click('#sign-in')
    await other.page.waitForSelector('h1:has-text("Bo")')
    await other.close()
  })

  test('a recovery link replaces the passkeys that were lost', async () => {
    const { page } = open
    await open.go(`/console/people/${bo.id}`)
    await page.click('#make-link')
    await page.click('#confirm-go')
    await page.waitForSelector('#invitation-link')
    const recovery = (await page.textContent('#invitation-link')) ?? ''
    await page.click('text=Done')
    const other = await openPage(browser, server)
    await other.page.goto(recovery)
    await other.page.waitForSelector('h1:has-text("Replace your passkeys")')
    const before_ = bo
    bo = await takeUp(other, 'bo@a.example')
    await other.close()
    const lost = await openPage(browser, server, { credential: before_.credential })
    await lost.go('/console')
    await lost.page.click('#sign-in')
    await lost.page.waitForSelector('[data-failure]')
    assert.match((await lost.page.textContent('[data-failure]')) ?? '', /not known here/)
    await lost.close()
  })

  test('one’s own passkeys are renamed, and the last one stays', async () => {
    const { page } = open
    await open.go('/console/account')
    await page.click('[aria-label^="Rename"]')
    await page.fill('#passkey-name', 'laptop')
    await page.click('#passkey-go')
    await page.waitForSelector('#passkeys >> text=laptop')
    await page.click('[aria-label="Remove laptop"]')
    await page.click('#confirm-go')
    await page.waitForSelector('#alerts:has-text("your last passkey")')
  })

  test('somebody is deactivated and deleted', async () => {
    const { page } = open
    await open.go(`/console/people/${bo.id}`)
    await page.click('#deactivate')
    await page.click('#confirm-go')
    await page.waitForSelector('#delete')
    await page.click('#delete')
    await page.click('#confirm-go')
    await page.waitForSelector('#people')
    await isReady(page)
    assert.equal(await page.locator('#people tbody tr').count(), 1)
    await open.close()
  })
})
