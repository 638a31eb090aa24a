/**
 * What an attacker tries at the console: texts that want to be markup, pages that frame it or send for it, links that lead
 * elsewhere. The sessions' own attacks are in packages/server/test/sign-in.
 */

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { generateKey } from '@keygrant/core/keys'
import { launchWholeBrowser, NO_BROWSER } from '../a-page.ts'
import {
  type Administrator,
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  isReady,
  openAs,
  type OpenConsole,
  openPage,
  signUp,
  signUpFirst,
} from './a-console.ts'

/** Texts that want to be more than text, none longer than a field takes. */
const NAUGHTY = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '<svg/onload=alert(1)>',
  "';alert(1);//",
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '\u202e gnissecorp',
  'a\u200bb\u2028c',
  '=cmd|/c calc!A1',
  'Ω≈ç√∫˜µ 田中さん 👩‍👩‍👧 Z̮̞̠͙͔ͅ',
  '__proto__',
  'null',
  '%00%0d%0aSet-Cookie:x=1',
]

suite('attacks on the console', { skip: NO_BROWSER, timeout: 180_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let open: OpenConsole
  let ada: Administrator

  before(async () => {
    server = await aConsoleServer()
    browser = await launchWholeBrowser()
    open = await openPage(browser, server)
    ada = await signUpFirst(open, server)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })

  test('[ADMI-015] texts that want to be markup are text on every screen, whoever wrote them, and in every address', async () => {
    const { page } = open
    const api = apiOf(page)
    const people: string[] = []
    const apps: string[] = []
    for (const [index, text] of NAUGHTY.entries()) {
      const { body } = await api('POST', '/api/v1/apps', {
        label: text,
        settings: { oauthClient: { contacts: [text], notes: NAUGHTY.join('\n') } },
      })
      // What holds a control character is refused; all else is kept as it is.
      if (body['id'] !== undefined) {
        assert.equal(body['label'], text.trim())
        apps.push(body['id'] as string)
      }
      const [first = assert.fail()] = apps
      const { publicKey } = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
      const key = { ...publicKey.jwk, kid: text }
      await api('POST', `/api/v1/apps/${first}/credentials/jwks`, key)
      const login = `n${index}@a.example`
      const profile = { login, email: login, firstName: text, lastName: text }
      const person = await api('POST', '/api/v1/users', { profile })
      if (person.body['id'] !== undefined) people.push(person.body['id'] as string)
      const passkeys = '/api/v1/users/me/passkeys'
      const [passkey] = (await api('GET', passkeys)).body as unknown as { id: string }[]
      await api('PUT', `${passkeys}/${passkey?.id}`, { name: text })
    }
    assert.ok(apps.length > 8 && people.length > 8)
    const resource = {
      name: NAUGHTY[0],
      description: NAUGHTY[1],
      audiences: ['https://naughty.example'],
    }
    const made = await api('POST', '/api/v1/authorizationServers', resource)
    assert.equal(made.status, 201)
    const scopes = `/api/v1/authorizationServers/${made.body['id'] as string}/scopes`
    await api('POST', scopes, { name: 'naughty.read', description: NAUGHTY[0] })
    // The log keeps what there was before a change.
    await api('PUT', `/api/v1/apps/${apps[1]}`, { label: NAUGHTY[5] })
    const { body } = await api('GET', '/api/v1/logs?sortOrder=DESCENDING&limit=1')
    const [change] = body as unknown as { transaction: { id: string } }[]

    await page.exposeFunction('alert', () => assert.fail('a text ran'))
    const app = `/console/apps/${apps[0]}`
    for (const path of [
      '/console',
      '/console/apps',
      ...['', '/keys', '/keys/rotate', '/scopes', '/roles', '/activity'].map((tab) => app + tab),
      '/console/people',
      `/console/people/${people[0]}`,
      '/console/account',
      '/console/keys',
      '/console/log',
      '/console/log?view=reasons',
      `/console/log/${change?.transaction.id}`,
      '/console/metrics',
      '/console/settings',
      ...NAUGHTY.slice(5, 9).flatMap((text) => {
        const given = encodeURIComponent(text)
        const filters = [
          'q',
          'app',
          'key',
          'ip',
          'request',
          'since',
          'kind',
          'sort',
          'show',
          'view',
        ]
        const query = filters.map((name) => `${name}=${given}`).join('&')
        return ['apps', 'log', 'people'].map((screen) => `/console/${screen}/${given}?${query}`)
      }),
      `/console/apps?q=${encodeURIComponent(String(NAUGHTY[0]))}&show=${encodeURIComponent(String(NAUGHTY[1]))}`,
      `/console/log?q=${encodeURIComponent(String(NAUGHTY[0]))}&app=${encodeURIComponent(String(NAUGHTY[1]))}`,
    ]) {
      await visit(page, path)
      const seen = await page.evaluate<{ made: number; protocols: string[]; text: string }>(SEEN)
      assert.equal(seen.made, 0, path)
      assert.deepEqual(seen.protocols, ['http:'], path)
      // A text can not turn its neighbours around.
      assert.doesNotMatch(seen.text, /[\u202a-\u202e\u2066-\u2069]/, path)
    }
    await visit(page, '/console/apps')
    assert.ok((await page.textContent('#apps'))?.includes('<img src=x onerror=alert(1)>'))
    await page.fill('#q', '<svg/onload=alert(1)>')
    // The app of that name, and the one that has a key of that name.
    assert.equal(await page.locator('#apps tbody tr').count(), 2)
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#palette-words:focus')
    await page.keyboard.insertText('<svg/onload=alert(1)>')
    await page.waitForSelector('#result-0:has-text("<svg/onload=alert(1)>")')
    assert.equal(await page.locator('#palette :is(script, img, iframe)').count(), 0)
    await page.keyboard.press('Escape')
  })

  test('[ADMI-015] a script that finds a way into the page makes no markup and reaches no other server', async () => {
    const broken = await openAs(browser, server, ada)
    const { page } = broken
    const outcomes = await page.evaluate(BREAK_IN)
    assert.deepEqual(outcomes, {
      innerHTML: 'TypeError',
      policy: 'TypeError',
      fetch: 'refused',
    })
    // The page complains, and has to: it is not one of those that may not.
    await page.context().close()
  })

  test('[ADMI-016] no page of another origin frames the console, and nothing is told to where a link leads', async () => {
    const answer = await server.server.inject({ method: 'GET', url: '/console/apps', headers: {} })
    const { headers } = answer
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cache-control'], 'no-store')
    const neighbour = createServer((_request, response) => {
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><iframe src="${server.origin}/console/apps"></iframe>`)
    })
    await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve))
    const { port } = neighbour.address() as AddressInfo
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`http://localhost:${port}/`)
    const [, frame] = page.frames()
    assert.ok(!(await frame?.content())?.includes('id="console"'))
    await context.close()
    neighbour.closeAllConnections()
    await new Promise((resolve) => neighbour.close(resolve))
  })

  test('[ADMI-014] a form or an image of another page changes nothing, whoever is signed in', async () => {
    const neighbour = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(`<!doctype html>
        <img src="${server.origin}/api/v1/apps?label=forged">
        <form method="post" enctype="text/plain" action="${server.origin}/api/v1/apps">
        <input name='{"label":"forged","x":"' value='"}'></form>`)
    })
    await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve))
    const { port } = neighbour.address() as AddressInfo
    const victim = await openAs(browser, server, ada)
    const { page } = victim
    await page.goto(`http://localhost:${port}/`)
    await page.evaluate('document.forms[0].submit()')
    await page.waitForURL(`${server.origin}/api/v1/apps`)
    const text = (await page.textContent('body')) ?? ''
    assert.match(text, /E00000(?:06|21|05)/)
    assert.deepEqual(await server.storage.serviceApps.list({ limit: 9, labelStart: 'forged' }), [])
    await victim.page.context().close()
    neighbour.closeAllConnections()
    await new Promise((resolve) => neighbour.close(resolve))
  })

  test('[ADMI-017] addresses that lead out of the pages lead nowhere', async () => {
    for (const url of [
      '/console/../../package.json',
      '/console/%2e%2e/%2e%2e/etc/passwd',
      '/console/..%2f..%2fpackage.json',
      '/console/%00',
      '//console//apps',
      '/console/apps;/x',
    ]) {
      const { status, body, headers } = await server.server.inject({
        method: 'GET',
        url,
        headers: {},
      })
      // Below /console there is one page and nothing else.
      const isPage = String(headers['content-type']).startsWith('text/html')
      assert.ok(status === 404 || status === 400 || isPage, url)
      assert.ok(!body.includes('"dependencies"') && !body.includes('root:'), url)
    }
  })

  test('[ADMI-018] signing in makes another session: a cookie that was planted is worth nothing', async () => {
    const victim = await openPage(browser, server, { credential: ada.credential })
    const { page } = victim
    const name = `keygrant-session-${new URL(server.origin).port}`
    const planted = `${ada.id}.${'A'.repeat(43)}`
    await page
      .context()
      .addCookies([
        { name, value: planted, url: server.origin, httpOnly: true, sameSite: 'Strict' },
      ])
    await victim.go('/console')
    await page.click('#sign-in')
    await page.waitForSelector('.side')
    const [cookie] = await page.context().cookies()
    assert.equal(cookie?.name, name)
    assert.notEqual(cookie?.value, planted)
    await victim.close()
  })

  test('[ADMI-020] nothing in an address takes anybody elsewhere after the sign-in', async () => {
    const victim = await openPage(browser, server, { credential: ada.credential })
    const { page } = victim
    for (const path of [
      '/console?next=https://evil.example/',
      '/console/account?returnTo=//evil.example',
      '/console#//evil.example',
    ]) {
      await victim.go(path)
      if ((await page.locator('#sign-in').count()) > 0) {
        await page.click('#sign-in')
        await page.waitForSelector('.side')
      }
      await isReady(page)
      assert.equal(new URL(page.url()).origin, server.origin)
    }
    await victim.close()
  })

  test('[ADMI-006] who may not see somebody learns not even whether there is such a person', async () => {
    const bo = await signUp(browser, server, open.page, {
      login: 'bo@a.example',
      role: 'APP_ADMIN',
    })
    const other = await openAs(browser, server, bo)
    const api = apiOf(other.page)
    for (const part of ['sessions', 'passkeys']) {
      const known = await api('GET', `/api/v1/users/${ada.id}/${part}`)
      const unknown = await api('GET', `/api/v1/users/00uAAAAAAAAAAAAAAAAA/${part}`)
      assert.deepEqual([known.status, unknown.status], [403, 403])
    }
    await other.go(`/console/people/${ada.id}`)
    assert.equal(await other.page.locator('#passkeys, #sessions, #make-link').count(), 0)
    assert.equal((await api('POST', `/api/v1/users/${ada.id}/invitation`)).status, 403)
    await other.close()
  })

  test('[ADMI-007] members that nobody may set are not set, however they are sent', async () => {
    const api = apiOf(open.page)
    const sent = {
      label: 'mass assignment',
      id: '0oaAAAAAAAAAAAAAAAAA',
      status: 'INACTIVE',
      created: '2000-01-01T00:00:00.000Z',
      grants: [{ scopeId: 'okta.users.manage' }],
      roles: [{ type: 'SUPER_ADMIN' }],
      _embedded: { privileges: { scopes: ['okta.users.manage'], roles: ['SUPER_ADMIN'] } },
    }
    const { body } = await api('POST', '/api/v1/apps', sent)
    const id = body['id'] as string
    assert.notEqual(id, sent.id)
    assert.equal(body['status'], 'ACTIVE')
    assert.notEqual(body['created'], sent.created)
    const app = await server.storage.serviceApps.find(id)
    assert.deepEqual([app?.grants, app?.roles], [[], []])
    const profile = { login: 'eve@a.example', email: 'eve@a.example' }
    const person = { profile, roles: ['SUPER_ADMIN'], status: 'ACTIVE', passkeys: [{}] }
    const made = await api('POST', '/api/v1/users', person)
    assert.equal(made.body['status'], 'PROVISIONED')
    const roles = await api('GET', `/api/v1/users/${made.body['id'] as string}/roles`)
    assert.deepEqual(roles.body, [])
  })

  test('no script of the page was moved to do any of it', async () => {
    await open.close()
  })
})

/** Goes to a screen as a link would, without loading the page anew. */
async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    history.pushState(null, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate'));
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  })`)
  await isReady(page)
}

const SEEN = `({
  made: document.querySelectorAll('main :is(script, img, iframe, object, embed)').length,
  protocols: [...new Set([...document.querySelectorAll('a[href]')].map(({ protocol }) => protocol))],
  text: document.querySelector('main').textContent,
})`

/** As text, because the test runner's compiler adds names of its own. */
const BREAK_IN = `(async () => {
  const tried = {}
  const attempt = (name, act) => {
    try {
      act()
      tried[name] = 'done'
    } catch (error) {
      tried[name] = error.name
    }
  }
  attempt('innerHTML', () => (document.createElement('p').innerHTML = '<b>x</b>'))
  attempt('policy', () => trustedTypes.createPolicy('mine', {}))
  tried.fetch = await fetch('http://127.0.0.1:9/').then(() => 'done', () => 'refused')
  return tried
})()`
