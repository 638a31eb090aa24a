import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { exportPrivateJwk, generateKey } from '@keygrant/core/keys'
import { assertAccessible } from '../accessible.ts'
import { assertReachable } from '../reachable.ts'
import { aServer, launchBrowser, NO_BROWSER, openWatched, type PagesServer } from '../a-page.ts'

const key = await generateKey({ kty: 'EC', crv: 'P-256' })

suite('the inspector is accessible', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let pages: PagesServer

  before(async () => {
    pages = await aServer(true)
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await pages.close()
  })

  const SCREENS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    'nothing pasted': () => Promise.resolve(),
    'a refused assertion': async (page) => {
      await page.click('[data-example=guide]')
      await page.waitForSelector('[data-check=exp][data-status=fail]')
      await page.click('#show-all')
    },
    'the text for support': async (page) => {
      await page.click('[data-example=expired]')
      await page.click('#copy-for-support')
      await page.waitForSelector('#support-text')
    },
    'a request with a secret': async (page) => {
      await page.fill(
        '#pasted',
        `curl -XPUT https://as.example/token -d client_secret=x -d scope=a`,
      )
      await page.waitForSelector('[data-finding]')
    },
    'keys of all sorts': async (page) => {
      const keys = [exportPrivateJwk(key), { kty: 'oct', k: 'c2VjcmV0' }]
      await page.fill('#pasted', JSON.stringify({ keys }))
      await page.waitForSelector('.key-card')
    },
    'an error response': (page) => page.fill('#pasted', '{"error":"invalid_client"}'),
  }

  for (const [name, prepare] of Object.entries(SCREENS)) {
    test(`with ${name}, in every look and width`, async () => {
      const { page, close } = await openWatched(browser, `${pages.url}/inspector`)
      await prepare(page)
      await assertAccessible(page, name)
      if (name === 'a refused assertion') await assertReachable(page, name)
      await close()
    })
  }
})
