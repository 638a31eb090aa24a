/**
 * Takes the pictures of docs/screens: `npm run screens -w @keygrant/web`, after a build. Each screen in
 * light and dark, at 1280 and at 360 pixels. Needs Debian's Chromium.
 * @module
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { aServer, launchBrowser, openInspector } from './test/a-page.ts'

const FOLDER = fileURLToPath(new URL('../../docs/screens', import.meta.url))
/** Pictures are the same on every day. */
const NOW = new Date('2026-11-23T19:04:12Z')

/** The private half of RFC 7517, appendix A.2: printed there, so a secret to nobody. */
const RFC7517_D = '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE'

const KEY_SET = JSON.stringify({
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      ['d']: RFC7517_D,
      use: 'sig',
      kid: 'prod-2026',
    },
    { kty: 'RSA', n: 'sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri', e: 'AQAB', kid: 'old-1024' },
  ],
})

const screens: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  empty: () => Promise.resolve(),
  refused: (page) => example(page, 'guide'),
  holds: (page) => example(page, 'good'),
  keys: async (page) => {
    await page.fill('#pasted', KEY_SET)
    await page.waitForSelector('.key-card')
  },
}

async function example(page: Page, name: string): Promise<void> {
  await page.click(`[data-example=${name}]`)
  await page.waitForSelector('[data-check=signature]:not([data-status=skip])')
}

await mkdir(FOLDER, { recursive: true })
const server = await aServer(true)
const browser = await launchBrowser()
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    for (const [name, prepare] of Object.entries(screens)) {
      const page = await openInspector(browser, `${server.url}/inspector`, {
        colorScheme,
        viewport: { width, height: width === 1280 ? 800 : 780 },
        reducedMotion: 'reduce',
      })
      await page.clock.setFixedTime(NOW)
      await prepare(page)
      // The focus ring belongs to whoever pressed the key, not to the picture.
      await page.evaluate('document.activeElement?.blur()')
      const path = join(FOLDER, `inspector-${name}-${colorScheme}-${width}.png`)
      await page.screenshot({ path, fullPage: true })
      await page.context().close()
    }
  }
}
await browser.close()
await server.close()
