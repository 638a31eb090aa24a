/**
 * The pages in a real browser, served by a real server.
 * @module
 */

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import {
  type AuthorizationServer,
  createAuthorizationServer,
  generateSigningKeys,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'

/** Where the build puts the pages. */
export const UI_DIRECTORY = fileURLToPath(new URL('../../cli/ui', import.meta.url))
const CHROMIUM = '/usr/bin/chromium'
/** The same engine without the windows, menus and start pages around it: it opens a page with a quarter of the work. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell'
const WHOLE = process.env['KEYGRANT_BROWSER'] === 'whole'

/** Why there is no browser, in the words by which CI knows that it was provided for. */
export const NO_BROWSER: string | false = existsSync(CHROMIUM)
  ? false
  : `no chromium at ${CHROMIUM}: apt-get install chromium`

/**
 * Starts Debian's Chromium without anything that talks to the network by itself: its headless shell where that is installed,
 * unless KEYGRANT_BROWSER says `whole`.
 */
export function launchBrowser(): Promise<Browser> {
  return WHOLE || !existsSync(HEADLESS_SHELL) ? launchWholeBrowser() : launch(HEADLESS_SHELL)
}

/** Starts the Chromium that people have: for what the browser around a page could give away, and for pictures. */
export function launchWholeBrowser(): Promise<Browser> {
  return launch(CHROMIUM)
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A server with the pages. */
export interface PagesServer {
  readonly server: AuthorizationServer
  /** Where it listens, if it does. */
  readonly url: string
  close(): Promise<void>
}

/** Makes a server with the pages, which listens on a free port of this machine when it is told to. */
export async function aServer(
  isListening = false,
  uiDirectory: string = UI_DIRECTORY,
  workbenchOrigins: readonly string[] = [],
): Promise<PagesServer> {
  const folder = await mkdtemp(join(tmpdir(), 'keygrant-web-'))
  const storage = openSqliteStorage(new Database(join(folder, 'keygrant.db')))
  const server = await createAuthorizationServer({
    issuer: 'http://127.0.0.1:8400',
    storage,
    signingKeys: (await generateSigningKeys()).keys,
    uiDirectory,
    workbenchOrigins,
    isDevelopment: true,
  })
  const url = isListening ? (await server.listen({ port: 0 })).url : ''
  return {
    server,
    url,
    async close() {
      await server.close()
      await storage.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Opens the inspector and waits until everything that it loads is there. */
export async function openInspector(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForSelector('html[data-ready]')
  return page
}

/** A page that is watched. */
export interface WatchedPage {
  readonly page: Page
  /** Closes it, and finds nothing that it complained about, and no request after it was ready. */
  close(): Promise<void>
}

/** Opens the inspector and watches everything that it asks for and complains about. */
export async function openWatched(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript({ content: WATCH })
  await page.goto(url)
  await page.waitForSelector('html[data-ready]')
  requests.length = 0
  return {
    page,
    async close() {
      assert.deepEqual(await page.evaluate('window.violations'), [])
      assert.deepEqual(complaints, [])
      assert.deepEqual(requests, [])
      await context.close()
    },
  }
}

/** Records what a page must not do; as text, because the test runner's compiler adds names of its own. */
export const WATCH: string = `
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => {
    if (window.refusesToCopy) return Promise.reject(new Error('refused'));
    window.copied = text;
    return Promise.resolve();
  } } });
`

/** Waits until an expression holds; Playwright's own way evaluates text in the page, which its policy forbids. */
export async function until(page: Page, expression: string): Promise<void> {
  for (let tries = 0; (await page.evaluate(expression)) !== true; tries++) {
    assert.ok(tries < 2000, `never: ${expression}`)
    await page.waitForTimeout(10)
  }
}
