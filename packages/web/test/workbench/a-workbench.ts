/**
 * The workbench in a real browser, on a real server that it can get tokens from.
 * @module
 */

import assert from 'node:assert/strict'
import Database from 'libsql'
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core'
import { importPublicKey } from '@keygrant/core/keys'
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
  type TestServiceApp,
} from '@keygrant/server/testing'
import { UI_DIRECTORY, until, WATCH } from '../a-page.ts'

/** A server that serves the workbench, and an app on it without a key of the workbench. */
export interface WorkbenchServer {
  readonly server: TestServer
  readonly app: TestServiceApp
}

/** Starts a server with the pages. */
export async function aWorkbenchServer(
  profile: 'strict' | 'okta' = 'strict',
  options: Pick<TestServerOptions, 'workbenchOrigins' | 'limits' | 'uiDirectory'> = {},
): Promise<WorkbenchServer> {
  const server = await startTestServer({
    database: new Database(':memory:'),
    uiDirectory: UI_DIRECTORY,
    isDevelopment: true,
    profile,
    ...options,
  })
  const app = await server.addServiceApp({ scopes: ['okta.apps.read'] })
  return { server, app }
}

/** An open workbench. */
export interface Workbench {
  readonly page: Page
  /** The frame of the key. */
  readonly vault: FrameLocator
  /** What the browser complained about. */
  readonly complaints: string[]
  /** Closes it, and finds that its policy was not broken. */
  close(): Promise<void>
}

/** Opens the workbench, and watches what the browser says about it. */
export async function openWorkbench(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<Workbench> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  await prepare(page)
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript({ content: WATCH })
  await page.goto(`${url}/workbench`)
  await page.waitForSelector('html[data-ready]')
  return {
    page,
    vault: page.frameLocator('#vault'),
    complaints,
    async close() {
      // Whatever was done with it: the policy had nothing to stop.
      assert.deepEqual(await page.evaluate('window.violations ?? []'), [])
      await context.close()
    },
  }
}

/** Makes a pair of a kind, such as `ES256 · P-256`, in the frame. */
export async function makePair({ page, vault }: Workbench, kind: string): Promise<void> {
  await vault.locator('#generate').click()
  await chooseKind(vault, kind)
  await vault.locator('#make').click()
  await page.waitForSelector('#thumbprint')
}

/** Chooses what kind of pair is made; a word may stand behind its name. */
export async function chooseKind(vault: FrameLocator, kind: string): Promise<void> {
  const label = await vault.locator('#kind option', { hasText: kind }).first().textContent()
  await vault.locator('#kind').selectOption({ label: String(label) })
}

/** Registers the public half of the key in the frame. */
export async function register({ page }: Workbench, app: TestServiceApp): Promise<void> {
  await page.click('text=Copy JWK >> nth=0')
  await app.addKey(await importPublicKey(await copied(page)))
}

/** What the page copied, once it has. It is taken away: what is copied next is something else. */
export async function copied(page: Page): Promise<string> {
  await until(page, 'window.copied !== undefined')
  return page.evaluate('(({ copied }) => (delete window.copied, copied))(window)')
}
