import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { inviteFirstAdministrator } from '@keygrant/server'
import { launchWholeBrowser, NO_BROWSER, until } from '../a-page.ts'
import {
  type Administrator,
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  isReady,
  openAs,
  openPage,
  signUpFirst,
} from './a-console.ts'

/** Counts the calls of a page whose answers it has not read yet. */
const COUNT_CALLS = `
  window.openCalls = 0
  const send = window.fetch
  window.fetch = async (...request) => {
    window.openCalls += 1
    const done = () => setTimeout(() => (window.openCalls -= 1))
    try {
      const response = await send(...request)
      for (const name of ['text', 'json']) {
        const read = response[name].bind(response)
        response[name] = () => read().finally(done)
      }
      return response
    } catch (error) {
      done()
      throw error
    }
  }`

suite('the frame of the console', { skip: NO_BROWSER, timeout: 120_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let ada: Administrator

  before(async () => {
    server = await aConsoleServer()
    browser = await launchWholeBrowser()
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  test('the first administrator signs up with the link, which leaves the address and works once', async () => {
    const link = (await inviteFirstAdministrator(server))?.url ?? assert.fail()
    const open = await openPage(browser, server)
    const { page } = open
    ada = await signUpFirst(open, server)
    assert.equal(new URL(page.url()).hash, '')
    assert.match((await page.textContent('.account')) ?? '', /Ada.*Super Admin/)
    await page.goto('about:blank')
    await page.goto(link)
    await page.waitForSelector('[data-failure]')
    assert.match((await page.textContent('[data-failure]')) ?? '', /not good any more/)
    await open.close()
  })

  test('whoever is not signed in signs in, and is at the address that they wanted', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    await open.go('/console/account')
    assert.equal(await page.textContent('h1'), 'Your account')
    await page.click('text=Sign out')
    await page.waitForSelector('#sign-in')
    assert.equal(new URL(page.url()).pathname, '/console/account')
    await page.click('#sign-in')
    await page.waitForSelector('.side')
    await isReady(page)
    assert.equal(await page.textContent('h1'), 'Your account')
    await open.close()
  })

  test('links change the screen without loading the page, and the heading has the focus', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    await page.evaluate('window.isSame = true')
    await page.click('.side >> text=Service apps')
    await page.waitForSelector('h1:focus')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Service apps')
    assert.equal(await page.evaluate('window.isSame'), true)
    await until(page, "document.title === 'Service apps – Keygrant'")
    await page.goBack()
    await page.waitForSelector('.side a[aria-current=page] >> text=Overview')
    await page.evaluate('window.isSame')
    await open.close()
  })

  test('an address that is none says so, and a session that idles out asks before, also who only types', async () => {
    const open = await openAs(browser, server, ada)
    const { page } = open
    // The clocks of the page and of the server go ahead together, and so does the time that answers bear.
    await page.clock.install({ time: server.now() })
    await page.route('**/api/v1/**', async (route) => {
      const response = await route.fetch()
      const date = new Date(server.now()).toUTCString()
      await route.fulfill({ response, headers: { ...response.headers(), date } })
    })
    // An answer that the page reads after the step would move its clock by half of the step.
    await page.addInitScript({ content: COUNT_CALLS })
    const pass = async (minutes: number): Promise<void> => {
      await until(page, 'window.openCalls === 0')
      server.advance(minutes * 60_000)
      await page.clock.fastForward(minutes * 60_000)
    }
    const heading = '#session-end #session-end-title:focus'
    await open.go('/console/nothing/here')
    assert.equal(await page.textContent('h1'), 'No such page')
    assert.equal(await page.locator('#session-end').count(), 0)

    // Whoever is at the keys is asked nothing: the page says to the server that they are there.
    await pass(26)
    await page.keyboard.press('Shift')
    await pass(26)
    assert.equal(await page.locator('#session-end').count(), 0)

    await pass(2.5)
    await page.waitForSelector(heading)
    await until(page, "document.title.startsWith('Session ends soon')")
    assert.match(
      (await page.textContent('#session-end')) ?? '',
      /within two minutes, at [-\d]+ [:\d]+ UTC\./,
    )
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#session-end', { state: 'detached' })
    await until(page, "document.title.startsWith('No such page')")
    await pass(26)
    assert.equal((await apiOf(page)('GET', '/api/v1/sessions/me')).status, 200)

    // Nobody answers: what was on the screen is no longer there for whoever comes by.
    await pass(29)
    await page.waitForSelector(heading)
    await pass(2)
    await page.waitForSelector('#sign-in')
    assert.match((await page.textContent('main')) ?? '', /Your session is over/)
    await open.close()
  })
})
