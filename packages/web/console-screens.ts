/**
 * Takes the pictures of the console for docs/screens: `npm run screens:console -w @keygrant/web`, after a build. Each screen in
 * light and dark, at 1280 and at 360 pixels, on a server with apps that got tokens and were refused. Needs Debian's Chromium.
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page, Route } from 'playwright-core'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import { withPalette } from './palette-png.ts'
import { launchWholeBrowser } from './test/a-page.ts'
import {
  aConsoleServer,
  apiOf,
  isReady,
  openAs,
  openPage,
  signUp,
  signUpFirst,
} from './test/console/a-console.ts'

const FOLDER = fileURLToPath(new URL('../../docs/screens', import.meta.url))
const DAY_MS = 86_400_000

const server = await aConsoleServer({ isDevelopment: false, limits: { apiCallsPerMinute: 10_000 } })
const browser = await launchWholeBrowser()
const first = await openPage(browser, server)
const ada = await signUpFirst(first, server, 'ada@example.com')
const api = apiOf(first.page)
const bo = await signUp(browser, server, first.page, { login: 'bo@example.com', role: 'APP_ADMIN' })
const apps = await makeApps()
const invitation = await invite('cy@example.com')
await first.close()

/** Screens by the name of their picture: where they are, and what is done there first. */
const SCREENS: Readonly<Record<string, readonly [string, ((page: Page) => Promise<unknown>)?]>> = {
  overview: ['/console'],
  apps: ['/console/apps'],
  create: ['/console/apps/new', (page) => page.fill('#app-name', 'report-mailer')],
  general: [
    `/console/apps/${apps[0]}`,
    async (page) => {
      await page.selectOption('#lifetime', '900')
      await page.waitForSelector('.save-bar')
    },
  ],
  scopes: [`/console/apps/${apps[0]}/scopes`],
  roles: [`/console/apps/${apps[0]}/roles`],
  people: ['/console/people'],
  person: [`/console/people/${bo.id}`],
  account: ['/console/account'],
  keys: [`/console/apps/${apps[0]}/keys`],
  rotate: [`/console/apps/${apps[0]}/keys/rotate`],
  activity: [`/console/apps/${apps[0]}/activity`],
  log: ['/console/log?kind=requests'],
  reasons: ['/console/log?view=reasons'],
  // Beside the list; on a narrow screen a page.
  request: [
    `/console/log?kind=refusals&app=${apps[0]}`,
    async (page) => {
      await page.click('.log-what a')
      await page.waitForSelector('[data-verdict]')
    },
  ],
  metrics: ['/console/metrics?range=1h'],
  'server-keys': ['/console/keys'],
  palette: [
    '/console',
    async (page) => {
      await page.keyboard.press('Control+k')
      await page.waitForSelector('#result-0')
      await page.keyboard.type('sync')
      await page.waitForSelector('#result-0:has-text("billing-sync")')
    },
  ],
  retire: [
    `/console/apps/${apps[0]}/keys`,
    async (page) => {
      await page.click('[data-act=retire]')
      await page.check('input[value=now]')
      await page.waitForSelector('#revoke-tokens')
    },
  ],
  // Last: what it sends to see whether it is refused is in the log.
  settings: [
    '/console/settings',
    async (page) => {
      await page.click('#run-check')
      await page.waitForSelector('#checks')
    },
  ],
}

/** What the page has instead of a list of apps: it is on its way, or it does not come. */
const ANSWERS: Readonly<Record<string, (route: Route) => Promise<void>>> = {
  loading: () => Promise.resolve(),
  gone: (route) => route.abort('connectionrefused'),
  forbidden: failing(403, 'E0000006', ''),
  failed: failing(500, 'E0000009', 'Internal Server Error'),
}

await mkdir(FOLDER, { recursive: true })
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 360]) {
    const look = { colorScheme, viewport: { width, height: 800 } }
    const door = await openPage(browser, server, look)
    await door.go('/console')
    await take(door.page, `console-sign-in-${colorScheme}-${width}`)
    await door.page.goto('about:blank')
    await door.page.goto(invitation)
    await door.page.waitForSelector('#make-passkey')
    await take(door.page, `console-invitation-${colorScheme}-${width}`)
    await door.close()
    const open = await openAs(browser, server, ada, look)
    for (const [name, [path, prepare]] of Object.entries(SCREENS)) {
      await open.go(path)
      await prepare?.(open.page)
      await isReady(open.page)
      await take(open.page, `console-${name}-${colorScheme}-${width}`)
    }
    for (const [name, answer] of Object.entries(ANSWERS)) {
      await open.page.route('**/api/v1/apps?*', answer)
      await open.page.goto(`${server.origin}/console/apps`)
      await open.page.waitForSelector('[data-failure], #content [data-loading]:has-text("apps")')
      await take(open.page, `console-${name}-${colorScheme}-${width}`)
      await open.page.unroute('**/api/v1/apps?*')
    }
    await open.go(`/console/apps/${apps[0]}/keys`)
    await open.page.route('**/lifecycle/expire', failing(403, 'E0000470', ''))
    await open.page.click('[data-act=retire]')
    await open.page.click('#retire-go')
    await open.page.waitForSelector('#step-up')
    await take(open.page, `console-step-up-${colorScheme}-${width}`)
    await open.close()
  }
}
const forced = await openAs(browser, server, ada, {
  forcedColors: 'active',
  viewport: { width: 1280, height: 800 },
})
for (const name of ['keys', 'request'] as const) {
  const [path, prepare] = SCREENS[name] ?? []
  await forced.go(path ?? '')
  await prepare?.(forced.page)
  await isReady(forced.page)
  await take(forced.page, `console-${name}-forced-1280`)
}
await forced.close()
await browser.close()
await server.close()

/** Answers as the server does when it refuses or fails. */
function failing(
  status: number,
  errorCode: string,
  errorSummary: string,
): (route: Route) => Promise<void> {
  const headers = { 'x-request-id': '01a22a09-18b2-7558-84eb-3d9ce2744f6f' }
  return (route) => route.fulfill({ status, headers, json: { errorCode, errorSummary } })
}

/** Invites somebody, and gives the link. */
async function invite(login: string): Promise<string> {
  const profile = { login, email: login }
  const { id } = (await api('POST', '/api/v1/users', { profile })).body
  return (await api('POST', `/api/v1/users/${id as string}/invitation`)).body['url'] as string
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)')
  if ((await page.$('dialog[open]')) !== null) {
    await write(page, name)
    return
  }
  // A bar that sticks to the edge of the window belongs to the end of the page.
  const { width = 0, height = 0 } = page.viewportSize() ?? {}
  const whole = Math.min(
    Number(await page.evaluate('document.documentElement.scrollHeight')),
    width < 600 ? 3200 : 2000,
  )
  await page.setViewportSize({ width, height: whole })
  await write(page, name)
  await page.setViewportSize({ width, height })
}

async function write(page: Page, name: string): Promise<void> {
  await writeFile(join(FOLDER, `${name}.png`), withPalette(await page.screenshot()))
}

async function makeApps(): Promise<readonly string[]> {
  const ids: string[] = []
  for (const [label, owner, scopes, days] of [
    ['billing-sync', 'Ana, payments', ['okta.apps.read', 'okta.logs.read', 'okta.users.read'], 6],
    ['warehouse-export', 'data@example.com', ['okta.apps.read'], undefined],
    ['metrics-agent', 'Platform team', ['okta.logs.read'], undefined],
    ['nightly-report', '', [], undefined],
  ] as const) {
    const contacts = owner === '' ? [] : [owner]
    const made = await api('POST', '/api/v1/apps', {
      label,
      settings: { oauthClient: { contacts } },
    })
    const id = made.body['id'] as string
    ids.push(id)
    const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256', kid: 'prod-2026' })
    const expires =
      days === undefined ? {} : { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() }
    await api('POST', `/api/v1/apps/${id}/credentials/jwks`, {
      ...key.publicKey.jwk,
      kid: key.kid,
      ...expires,
    })
    for (const scopeId of scopes) {
      await api('POST', `/api/v1/apps/${id}/grants`, { scopeId, issuer: server.issuer })
    }
    const [scope] = scopes
    if (scope !== undefined) await askForToken(id, key, scope)
  }
  const [billing = ''] = ids
  // A key that was retired while one of the machines still had it.
  const old = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256', kid: 'prod-2025' })
  const keys = `/api/v1/apps/${billing}/credentials/jwks`
  const added = await api('POST', keys, { ...old.publicKey.jwk, kid: old.kid })
  for (let count = 0; count < 3; count++) await askForToken(billing, old, 'okta.apps.read')
  await api('POST', `${keys}/${added.body['id'] as string}/lifecycle/deactivate`)
  for (let count = 0; count < 5; count++) await askForToken(billing, old, 'okta.apps.read')
  return ids
}

async function askForToken(clientId: string, key: PrivateKey, scope: string): Promise<void> {
  const { issuer } = server
  await fetch(`${issuer}/oauth2/v1/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signAssertion({ iss: clientId, sub: clientId, aud: issuer }, key),
      scope,
    }),
  })
}
