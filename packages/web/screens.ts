/**
 * Takes the pictures of docs/screens: `npm run screens -w @keygrant/web`, after a build. Each screen in
 * light and dark, at 1280 and at 360 pixels, and two in forced colours. A name, `workbench` or `inspector`, takes those of
 * one page alone. Needs Debian's Chromium.
 * @module
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { TestServiceApp } from '@keygrant/server/testing'
import { aServer, launchWholeBrowser, openInspector } from './test/a-page.ts'
import {
  aWorkbenchServer,
  makePair,
  openWorkbench,
  register,
  type Workbench,
} from './test/workbench/a-workbench.ts'

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

const inspections: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  empty: () => Promise.resolve(),
  refused: (page) => example(page, 'guide'),
  holds: (page) => example(page, 'good'),
  bytes: async (page) => {
    await example(page, 'good')
    await page.click('#bytes > summary')
    await page.selectOption('#mark', 'claims aud')
  },
  keys: async (page) => {
    await page.fill('#pasted', KEY_SET)
    await page.waitForSelector('.key-card')
  },
}

async function example(page: Page, name: string): Promise<void> {
  await page.click(`[data-example=${name}]`)
  await page.waitForSelector('[data-check=signature]:not([data-status=skip])', {
    state: 'attached',
  })
}

type BenchScreen = (workbench: Workbench, app: TestServiceApp) => Promise<unknown>

const benches: Readonly<Record<string, BenchScreen>> = {
  empty: () => Promise.resolve(),
  token: async (workbench, app) => {
    await sign(workbench, app)
    await workbench.page.click('#get-token')
    await workbench.page.waitForSelector('#token-exchange [data-status="200"]')
    await workbench.page.click('#send')
    await workbench.page.waitForSelector('#api-exchange .answer')
  },
  broken: async (workbench, app) => {
    const { page } = workbench
    await sign(workbench, app)
    await page.click('#faults > summary')
    await page.waitForSelector('.fault-list .hint')
    await page.check('[name=fault][value=exp_ms]')
    await page.click('#generate')
    await page.waitForSelector('[data-verdict].is-fail')
  },
  // Wrong input, each said where it is.
  wrong: async ({ page, vault }) => {
    await vault.locator('#private').fill('-----BEGIN PUBLIC KEY-----')
    await vault.locator('#use').click()
    await vault.locator('#message:not([hidden])').waitFor()
    await page.click('#json-tab')
    await page.fill(
      '#claims-json',
      '{\n  "aud": "https://as.example",\n  "iss": "app"\n  "sub": "app",\n}',
    )
    await page.click('#generate')
    await page.click('#send')
  },
  // Why the key is safe in its frame, and the trial of it.
  isolation: async ({ page }) => {
    await page.click('.isolation > summary')
    await page.click('#try-it')
    await page.waitForSelector('#trial-result[data-tried="16"]')
    await page.waitForSelector('#trial-frame', { state: 'detached' })
  },
  share: async (workbench, app) => {
    await sign(workbench, app)
    await workbench.page.click('#share-open')
    await workbench.page.waitForSelector('#share-link')
  },
}

async function sign(workbench: Workbench, app: TestServiceApp): Promise<void> {
  const { page } = workbench
  await makePair(workbench, 'ES256 · P-256')
  await register(workbench, app)
  // What the button says for two seconds after.
  await page.waitForSelector('button:text-is("Copied")', { state: 'detached' })
  await page.fill('#client', app.clientId)
  await page.fill('#scope', 'okta.apps.read')
  await page.click('#generate')
  await page.waitForSelector('#preflight')
}

async function take(page: Page, name: string): Promise<void> {
  // The focus ring belongs to whoever pressed the key, not to the picture.
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)')
  // A frame out of sight is not drawn: everything is in sight.
  const { width = 0 } = page.viewportSize() ?? {}
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
  await page.setViewportSize({ width, height })
  await page.waitForTimeout(150)
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
  await page.context().close()
}

type Look = NonNullable<Parameters<typeof openInspector>[2]>

const only = process.argv[2]
await mkdir(FOLDER, { recursive: true })
const server = await aServer(true)
const { server: benchServer, app } = await aWorkbenchServer()
const browser = await launchWholeBrowser()

async function takeInspector(name: string, look: Look, suffix: string): Promise<void> {
  if (only === 'workbench') return
  const page = await openInspector(browser, `${server.url}/inspector`, look)
  await page.clock.setFixedTime(NOW)
  await inspections[name]?.(page)
  await take(page, `inspector-${name}-${suffix}`)
}

async function takeWorkbench(name: string, look: Look, suffix: string): Promise<void> {
  if (only === 'inspector') return
  const workbench = await openWorkbench(browser, benchServer.url, look)
  await benches[name]?.(workbench, app)
  await take(workbench.page, `workbench-${name}-${suffix}`)
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    const look = {
      colorScheme,
      viewport: { width, height: width === 1280 ? 800 : 780 },
      reducedMotion: 'reduce',
    } as const
    const suffix = `${colorScheme}-${width}`
    for (const name of Object.keys(inspections)) await takeInspector(name, look, suffix)
    for (const name of Object.keys(benches)) await takeWorkbench(name, look, suffix)
  }
}
const forced = {
  forcedColors: 'active',
  viewport: { width: 1280, height: 800 },
  reducedMotion: 'reduce',
} as const
await takeInspector('refused', forced, 'forced-1280')
await takeWorkbench('token', forced, 'forced-1280')
await browser.close()
await Promise.all([server.close(), benchServer.close()])
