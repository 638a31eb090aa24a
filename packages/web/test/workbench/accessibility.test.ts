import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import { assertAccessible } from '../accessible.ts'
import {
  aWorkbenchServer,
  makePair,
  openWorkbench,
  register,
  type Workbench,
  type WorkbenchServer,
} from './a-workbench.ts'

suite('the workbench is accessible', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let bench: WorkbenchServer

  before(async () => {
    bench = await aWorkbenchServer()
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await bench.server.close()
  })

  const SCREENS: Readonly<Record<string, (workbench: Workbench) => Promise<unknown>>> = {
    'the first visit': () => Promise.resolve(),
    'a wrong key': async ({ vault }) => {
      await vault.locator('#private').fill('{"kty":"oct","k":"c2VjcmV0"}')
      await vault.locator('#use').click()
      await vault.locator('#message:not([hidden])').waitFor()
    },
    'something missing': async ({ page }) => {
      await page.click('#generate')
      await page.click('#send')
      await page.click('#json-tab')
      await page.fill('#claims-json', '{')
      await page.click('#get-token')
      await page.waitForSelector('#token-lack')
      await page.click('#form-tab')
      await page.waitForSelector('#form-stands')
    },
    'a key that was cleared, and the claims as JSON': async (workbench) => {
      const { page, vault } = workbench
      await makePair(workbench, 'ES256 · P-256')
      await vault.locator('#clear').click()
      await vault.locator('#status:has-text("was cleared")').waitFor()
      await vault.locator('#generate').click()
      await vault.locator('#kid-from').selectOption('own')
      await page.click('#json-tab')
      await page.fill('#claims-json', '{"iss": "a" "b": 1}')
      await page.waitForSelector('.places button')
    },
    'a token, and a call': async (workbench) => {
      const { page, vault } = workbench
      await makePair(workbench, 'ES256 · P-256')
      await register(workbench, bench.app)
      await vault.locator('#show').click()
      await page.fill('#client', bench.app.clientId)
      await page.fill('#scope', 'okta.apps.read')
      await page.click('#generate')
      await page.waitForSelector('#jwt')
      await page.click('#get-token')
      await page.waitForSelector('#token-exchange [data-status="200"]')
      await page.click('#send')
      await page.waitForSelector('#api-exchange .answer')
      await page.selectOption('#exp', 'given')
      await page.evaluate(
        `for (const each of document.querySelectorAll('main details')) each.open = true`,
      )
      await page.fill('#claim-name', 'tenant')
      await page.click('#add-claim')
      await page.fill('#api-headers', 'no header')
      await page.waitForSelector('.fault-list .hint')
      await page.click('#send')
      await page.waitForSelector('#call-lack')
    },
  }

  for (const [name, prepare] of Object.entries(SCREENS)) {
    test(`at ${name}, in every look and width`, async () => {
      const workbench = await openWorkbench(browser, bench.server.url)
      await prepare(workbench)
      await assertAccessible(workbench.page, name)
      await workbench.close()
    })
  }
})
