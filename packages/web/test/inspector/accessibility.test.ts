import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey } from '@keygrant/core/keys'
import { aServer, launchBrowser, NO_BROWSER, openInspector, type PagesServer } from '../a-page.ts'

describe('the inspector in a browser', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let server: PagesServer
  before(async () => {
    server = await aServer(true)
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function openWithAssertion(options: BrowserContextOptions): Promise<Page> {
    const page = await openInspector(browser, server.url, options)
    const key = await generateKey({ kty: 'EC', crv: 'P-256' })
    const assertion = await signAssertion({ exp: Date.now() }, key, {
      clientId: '0oar95zt9zIpYuz6A0h7',
      audience: 'https://as.example',
    })
    await page.fill('#pasted', assertion)
    await page.getByText('milliseconds').first().waitFor()
    return page
  }

  for (const [what, options] of [
    ['in light, wide', { colorScheme: 'light' }],
    ['in dark, wide', { colorScheme: 'dark' }],
    ['in light, 320 px', { colorScheme: 'light', viewport: { width: 320, height: 800 } }],
    ['in dark, 320 px', { colorScheme: 'dark', viewport: { width: 320, height: 800 } }],
  ] as const) {
    test(`names the fault of an assertion, and is accessible ${what}`, async () => {
      const page = await openWithAssertion(options)
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
        [],
      )
      await page.context().close()
    })
  }
})
