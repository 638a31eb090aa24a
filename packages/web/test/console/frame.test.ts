import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { inviteFirstAdministrator } from '@keygrant/server'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import {
  type Administrator,
  aConsoleServer,
  type ConsoleServer,
  isReady,
  openAs,
  openPage,
  signUpFirst,
} from './a-console.ts'

suite('the frame of the console', { skip: NO_BROWSER, timeout: 120_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let ada: Administrator

  before(async () => {
    server = await aConsoleServer()
    browser = await launchBrowser()
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
    assert.equal(await page.title(), 'Service apps – Keygrant')
    await page.goBack()
    await page.waitForSelector('.side a[aria-current=page] >> text=Overview')
    await page.evaluate('window.isSame')
    await open.close()
  })

  test('an address that is none says so', async () => {
    const open = await openAs(browser, server, ada)
    await open.go('/console/nothing/here')
    assert.equal(await open.page.textContent('h1'), 'No such page')
    await open.close()
  })
})
