/**
 * The console in a real browser, on a real server, with people who have passkeys in Chromium's virtual authenticator.
 * @module
 */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core'
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
  generateEnvelopeKey,
  inviteFirstAdministrator,
  type Role,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { UI_DIRECTORY, WATCH } from '../a-page.ts'

/** A server with the console. */
export interface ConsoleServer {
  readonly server: AuthorizationServer
  readonly storage: Storage
  readonly issuer: string
  /** Where people open the console. */
  readonly origin: string
  /** The server's clock, in milliseconds since 1970. */
  now(): number
  /** Lets the server's clock go ahead of that of this machine. */
  advance(milliseconds: number): void
  /** Stops the server, and starts another one at the same place on the same store. */
  restart(meanwhile?: () => void): Promise<void>
  close(): Promise<void>
}

/** Starts a server with the console on a free port. */
export async function aConsoleServer(
  options: Partial<AuthorizationServerOptions> = {},
): Promise<ConsoleServer> {
  const folder = await mkdtemp(join(tmpdir(), 'keygrant-console-'))
  const storage = openSqliteStorage(new Database(join(folder, 'keygrant.db')))
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  let ahead = 0
  const envelopeKeys = [generateEnvelopeKey()]
  const start = async (): Promise<AuthorizationServer> => {
    const started = await createAuthorizationServer({
      issuer,
      storage,
      signingKeys: { envelopeKeys },
      uiDirectory: UI_DIRECTORY,
      isDevelopment: true,
      clock: () => Date.now() + ahead,
      ...options,
    })
    await started.listen({ port })
    return started
  }
  let server = await start()
  return {
    get server() {
      return server
    },
    storage,
    issuer,
    origin: `http://localhost:${port}`,
    now: () => Date.now() + ahead,
    advance: (milliseconds) => void (ahead += milliseconds),
    async restart(meanwhile) {
      await server.close()
      meanwhile?.()
      server = await start()
    },
    async close() {
      await server.close()
      await storage.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Somebody who signed up, with the passkey of their authenticator. */
export interface Administrator {
  readonly id: string
  readonly login: string
  readonly credential: object
}

/** An open console. */
export interface OpenConsole {
  readonly page: Page
  /** What the browser complained about. */
  readonly complaints: string[]
  readonly authenticator: Authenticator
  /** Goes to a screen and waits until it is there. */
  go(path: string): Promise<void>
  close(): Promise<void>
}

/** The authenticator of a page. */
export interface Authenticator {
  /** The passkeys in it. */
  credentials(): Promise<readonly object[]>
  /** Whether its person is there and willing. */
  setPresent(isPresent: boolean): Promise<void>
}

/** Opens a page with an authenticator and nobody signed in. */
export async function openPage(
  browser: Browser,
  { origin }: ConsoleServer,
  options: BrowserContextOptions & { readonly credential?: object } = {},
): Promise<OpenConsole> {
  const { credential, ...looks } = options
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...looks,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    // Chromium says this of each answer that is no success; what the page makes of it is asserted on the page.
    if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript({ content: WATCH })
  const authenticator = await addAuthenticator(await context.newCDPSession(page), credential)
  return {
    page,
    complaints,
    authenticator,
    async go(path) {
      await page.goto(origin + path)
      await isReady(page)
    },
    async close() {
      assert.deepEqual(await page.evaluate('window.violations ?? []'), [])
      await context.close()
      assert.deepEqual(complaints, [])
    },
  }
}

/** Waits until the screen is there, with what it loads. */
export async function isReady(page: Page): Promise<void> {
  await page.waitForSelector('html[data-ready]')
  await page.waitForSelector('main:not(:has([data-loading]))')
}

/** Signs up the first administrator through the page of the invitation. The page stays open, and signed in. */
export async function signUpFirst(
  open: OpenConsole,
  server: ConsoleServer,
  login = 'ada@a.example',
): Promise<Administrator> {
  const invitation = await inviteFirstAdministrator(server)
  await open.page.goto(invitation?.url ?? assert.fail('there are people already'))
  await open.page.fill('#login', login)
  await open.page.fill('#first-name', 'Ada')
  return takeUp(open, login)
}

/** Makes the passkey on the page of an invitation that is open. */
export async function takeUp(open: OpenConsole, login: string): Promise<Administrator> {
  const { page } = open
  await page.click('#make-passkey')
  await page.waitForSelector('.side')
  await isReady(page)
  const own = await apiOf(page)('GET', '/api/v1/sessions/me')
  const [credential] = await open.authenticator.credentials()
  return { id: own.body['userId'] as string, login, credential: credential ?? assert.fail() }
}

/** Signs up somebody with a role, invited by the Super Admin whose page is open. */
export async function signUp(
  browser: Browser,
  server: ConsoleServer,
  superAdmin: Page,
  { login, role }: { readonly login: string; readonly role?: Role },
): Promise<Administrator> {
  const api = apiOf(superAdmin)
  const profile = { login, email: login, firstName: login.split('@')[0] }
  const { id } = (await api('POST', '/api/v1/users', { profile })).body as { id: string }
  if (role !== undefined) await api('POST', `/api/v1/users/${id}/roles`, { type: role })
  const { url } = (await api('POST', `/api/v1/users/${id}/invitation`)).body as { url: string }
  const open = await openPage(browser, server)
  await open.page.goto(url)
  const administrator = await takeUp(open, login)
  await open.close()
  return administrator
}

/** Opens the console as somebody, through the page of the sign-in. */
export async function openAs(
  browser: Browser,
  server: ConsoleServer,
  { credential }: Administrator,
  options: BrowserContextOptions = {},
): Promise<OpenConsole> {
  const open = await openPage(browser, server, { ...options, credential })
  await open.go('/console')
  await open.page.click('#sign-in')
  await open.page.waitForSelector('main:not(:has(#sign-in))')
  await isReady(open.page)
  return open
}

/** An answer, as a script in the page got it. */
export interface ScriptAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Calls the API from a page, as any script there could. */
export function apiOf(
  page: Page,
): (method: string, path: string, body?: unknown) => Promise<ScriptAnswer> {
  return (method, path, body) =>
    page.evaluate(
      async ({ method, path, body }) => {
        const own = await (await fetch('/api/v1/sessions/me')).json()
        const answer = await fetch(path, {
          method,
          headers: {
            'x-csrf-token': own.csrfToken,
            ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
        })
        const text = await answer.text()
        return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
      },
      { method, path, body },
    )
}

let signCount = 1000

async function addAuthenticator(
  session: CDPSession,
  credential: object | undefined,
): Promise<Authenticator> {
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  if (credential !== undefined) {
    // One authenticator in several pages: its counter goes on, or the server takes it for a copy.
    signCount += 1000
    await session.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: { ...(credential as { credentialId: string }), signCount } as never,
    })
  }
  return {
    async credentials() {
      return (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials
    },
    async setPresent(isPresent) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: isPresent })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
