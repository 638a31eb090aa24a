/**
 * Signing in with a real browser: Chromium with its virtual authenticator, over http at a loopback address.
 */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import Database from 'libsql'
import type { Browser, Page } from 'playwright-core'
import {
  type AuthorizationServer,
  createAuthorizationServer,
  generateSigningKeys,
  inviteFirstAdministrator,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Calls the server from a page, as the console does; for a ceremony with the browser's authenticator. */
function call(
  page: Page,
  request: {
    readonly method: string
    readonly path: string
    readonly body?: object
    readonly csrfToken?: string
  },
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  return page.evaluate(async ({ method, path, body, csrfToken }) => {
    const answer = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
        ...(csrfToken === undefined ? undefined : { 'x-csrf-token': csrfToken }),
      },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
  }, request)
}

function create(page: Page, publicKey: unknown): Promise<object> {
  return page.evaluate(async (options) => {
    const { PublicKeyCredential: credentials } = globalThis as unknown as {
      PublicKeyCredential: { parseCreationOptionsFromJSON(json: unknown): unknown }
    }
    const made = await navigator.credentials.create({
      publicKey: credentials.parseCreationOptionsFromJSON(options),
    } as never)
    return (made as unknown as { toJSON(): object }).toJSON()
  }, publicKey)
}

function get(page: Page, publicKey: unknown): Promise<object> {
  return page.evaluate(async (options) => {
    const { PublicKeyCredential: credentials } = globalThis as unknown as {
      PublicKeyCredential: { parseRequestOptionsFromJSON(json: unknown): unknown }
    }
    const used = await navigator.credentials.get({
      publicKey: credentials.parseRequestOptionsFromJSON(options),
    } as never)
    return (used as unknown as { toJSON(): object }).toJSON()
  }, publicKey)
}

suite(
  'in a real browser, over http at a loopback address',
  { skip: NO_BROWSER, timeout: 120_000 },
  () => {
    let folder: string
    let storage: Storage
    let server: AuthorizationServer
    let browser: Browser
    let origin: string
    let link: string

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'keygrant-web-'))
      storage = openSqliteStorage(new Database(join(folder, 'keygrant.db')))
      const port = await freePort()
      const issuer = `http://127.0.0.1:${port}`
      origin = `http://localhost:${port}`
      server = await createAuthorizationServer({
        issuer,
        storage,
        signingKeys: (await generateSigningKeys()).keys,
      })
      await server.listen({ port })
      link = (await inviteFirstAdministrator({ storage, issuer }))?.url ?? assert.fail()
      browser = await launchBrowser()
    })
    after(async () => {
      await browser?.close()
      await server?.close()
      await storage?.close()
      await rm(folder, { recursive: true })
    })

    test('a person enrols, signs out, signs in and makes a change, with a cookie that no script reads', async () => {
      // The calls alone, without the console: any answer of the server has its origin.
      const context = await browser.newContext({ bypassCSP: true })
      const page = await context.newPage()
      const session = await context.newCDPSession(page)
      await session.send('WebAuthn.enable')
      await session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      })
      assert.ok(link.startsWith(`${origin}/console#invitation=`))
      await page.goto(`${origin}/livez`)
      const token = link.slice(link.indexOf('=') + 1)
      const sent = { token, profile: { login: 'ada@a.example', email: 'ada@a.example' } }
      const path = '/api/v1/invitation'
      const asked = await call(page, { method: 'POST', path: `${path}/options`, body: sent })
      assert.equal(asked.status, 200)
      const credential = await create(page, asked.body['publicKey'])
      const body = { ...sent, credential }
      const enrolled = await call(page, { method: 'POST', path: `${path}/accept`, body })
      assert.equal(enrolled.status, 200, JSON.stringify(enrolled.body))

      const [cookie] = await context.cookies()
      assert.deepEqual(
        [cookie?.domain, cookie?.httpOnly, cookie?.sameSite, cookie?.path, cookie?.expires],
        ['localhost', true, 'Strict', '/', -1],
      )
      assert.equal(await page.evaluate('document.cookie'), '')
      const own = { method: 'GET', path: '/api/v1/sessions/me' }
      const csrfToken = (await call(page, own)).body['csrfToken'] as string
      const signedOut = await call(page, { ...own, method: 'DELETE', csrfToken })
      assert.equal(signedOut.status, 204)
      assert.deepEqual(await context.cookies(), [])
      assert.equal((await call(page, own)).status, 401)

      const options = await call(page, { method: 'POST', path: '/api/v1/authn/options' })
      const used = await get(page, options.body['publicKey'])
      const signedIn = await call(page, {
        method: 'POST',
        path: '/api/v1/authn',
        body: { credential: used },
      })
      assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body))
      const app = { name: 'oidc_client', label: 'made here', signOnMode: 'OPENID_CONNECT' }
      const change = { method: 'POST', path: '/api/v1/apps', body: app }
      assert.equal((await call(page, change)).status, 403)
      const fresh = signedIn.body['csrfToken'] as string
      assert.equal((await call(page, { ...change, csrfToken: fresh })).status, 200)
      await context.close()
    })

    test('[ADMI-014] a page of a neighbour at another port sends the cookie, and gets nowhere with it', async () => {
      const neighbour = createHttpServer((_request, response) => {
        response.setHeader('content-type', 'text/html').end('<!doctype html><p>neighbour')
      })
      await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve))
      const { port } = neighbour.address() as AddressInfo
      const context = await browser.newContext()
      try {
        await context.addCookies([
          {
            name: `keygrant-session-${new URL(origin).port}`,
            value: `00uAAAAAAAAAAAAAAAAA.${'A'.repeat(43)}`,
            url: origin,
            sameSite: 'Strict',
            httpOnly: true,
          },
        ])
        const page = await context.newPage()
        await page.goto(`http://localhost:${port}/`)
        const answers: number[] = []
        page.on('response', (response) => {
          if (response.url().startsWith(origin)) answers.push(response.status())
        })
        for (const mode of ['cors', 'no-cors'] as const) {
          await page.evaluate(
            async ([url, how]) => {
              await fetch(`${url}/api/v1/apps`, {
                method: 'POST',
                mode: how as 'cors',
                credentials: 'include',
                body: '{"label":"forged"}',
              }).catch(() => undefined)
            },
            [origin, mode] as const,
          )
        }
        assert.deepEqual(await storage.serviceApps.list({ limit: 9, labelStart: 'forged' }), [])
        assert.ok(answers.every((status) => status >= 400))
      } finally {
        await context.close()
        neighbour.closeAllConnections()
        await new Promise((resolve) => neighbour.close(resolve))
      }
    })
  },
)
