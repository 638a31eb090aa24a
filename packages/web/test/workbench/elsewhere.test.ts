/**
 * The workbench with what is not its own server: a file without a network, servers of others, links of
 * others, and clocks that differ.
 * @module
 */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { inspectAssertion, STRICT_PROFILE } from '@keygrant/core/assertion'
import { importPublicKey } from '@keygrant/core/keys'
import { writeLink } from '../../src/parts/workbench-link.ts'
import { launchBrowser, NO_BROWSER, UI_DIRECTORY, until, WATCH } from '../a-page.ts'
import {
  aWorkbenchServer,
  copied,
  makePair,
  openWorkbench,
  type WorkbenchServer,
} from './a-workbench.ts'

const OFFLINE = join(UI_DIRECTORY, 'offline/workbench.html')

suite('the workbench away from home', { skip: NO_BROWSER, concurrency: 2 }, () => {
  let browser: Browser
  let bench: WorkbenchServer
  /** Another server: what it answers is chosen by the path. */
  let other: string
  let forbidding: string
  let untrusted: string
  let silent: string
  const closing: (() => unknown)[] = []

  before(async () => {
    browser = await launchBrowser()
    other = await listen(answerAs(true))
    forbidding = await listen(answerAs(false))
    untrusted = await listenWithOwnCertificate()
    silent = await listen(() => undefined, true)
    bench = await aWorkbenchServer('strict', {
      workbenchOrigins: [other, forbidding, untrusted, silent],
    })
  })
  after(async () => {
    await browser.close()
    await bench.server.close()
    for (const close of closing) close()
  })

  function answerAs(allows: boolean): RequestListener {
    return (request, response) => {
      if (allows) response.setHeader('access-control-allow-origin', '*')
      response.setHeader('content-type', 'application/json')
      if (request.url?.startsWith('/.well-known/') === true) {
        const { host } = request.headers
        const issuer = `http://${String(host)}`
        response.end(JSON.stringify({ issuer, token_endpoint: `${issuer}/token` }))
        return
      }
      response.setHeader('retry-after', '14')
      response.setHeader('access-control-expose-headers', 'retry-after')
      response.statusCode = 429
      response.end('{"error":"temporarily_unavailable"}')
    }
  }

  async function listen(answer: RequestListener, isClosed = false): Promise<string> {
    const server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    if (isClosed) server.close()
    else
      closing.push(
        () => server.closeAllConnections(),
        () => server.close(),
      )
    return `http://127.0.0.1:${port}`
  }

  async function listenWithOwnCertificate(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'keygrant-tls-'))
    const files = [join(folder, 'key.pem'), join(folder, 'certificate.pem')] as const
    execFileSync(
      'openssl',
      [
        'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=127.0.0.1',
        `-keyout ${files[0]} -out ${files[1]}`,
      ].flatMap((flags) => flags.split(' ')),
      { stdio: 'ignore' },
    )
    const server = createTlsServer(
      { key: readFileSync(files[0]), cert: readFileSync(files[1]) },
      answerAs(true),
    )
    rmSync(folder, { recursive: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async function sign(page: Page): Promise<string> {
    await page.fill('#client', bench.app.clientId)
    await page.click('#generate')
    await page.waitForSelector('#jwt')
    return String(await page.textContent('#jwt'))
  }

  async function atServer(page: Page, url: string): Promise<void> {
    await page.fill('#server', url)
    await page.press('#server', 'Enter')
    await page.locator('#server').blur()
    await page.waitForSelector('#server-hint:not(:has-text("Asking"))')
  }

  test('as one file from a disk, with the network off, makes a key, claims and a JWT', async () => {
    const context = await browser.newContext({ offline: true })
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => requests.push(request.url()))
    await page.addInitScript({ content: WATCH })
    await page.goto(pathToFileURL(OFFLINE).href)
    await page.waitForSelector('html[data-ready]')
    const vault = page.frameLocator('#vault')
    await makePair({ page, vault, complaints, close: () => context.close() }, 'ES256 · P-256')
    await page.click('text=Copy JWK >> nth=0')
    const key = await importPublicKey(await copied(page))
    await page.fill('#server', 'https://as.example')
    await page.locator('#server').blur()
    await page.waitForSelector('#token-endpoint')
    await page.fill('#token-endpoint', 'https://as.example/token')
    await page.fill('#aud', 'https://as.example')
    const jwt = await sign(page)
    const { checks } = await inspectAssertion(jwt, {
      profile: STRICT_PROFILE,
      issuer: 'https://as.example',
      endpoint: 'https://as.example/token',
      clientId: bench.app.clientId,
      keys: [key],
      now: Math.floor(Date.now() / 1000),
    })
    assert.deepEqual(
      checks.filter(({ status }) => status !== 'pass').map(({ check }) => check),
      ['replay'],
    )
    await page.waitForSelector('[data-verdict].is-pass')
    // Files of one disk hear each other in this browser: the inspector beside it is offered the public key.
    const [inspector] = await Promise.all([
      context.waitForEvent('page'),
      page.click('text=Inspect >> nth=-1'),
    ])
    await inspector.click('.workbench-key')
    await inspector.waitForSelector('.verdict.is-holds')
    await inspector.fill('#keys', '')
    await vault.locator('#show').click()
    const { d } = JSON.parse(String(await vault.locator('#shown').textContent())) as { d: string }
    assert.ok(!String(await inspector.evaluate('document.documentElement.outerHTML')).includes(d))
    assert.equal(await inspector.locator('.account, .foot a').count(), 0)
    await inspector.close()
    // It says that it sends nothing, and gives the line that does.
    await page.click('#get-token')
    await page.waitForSelector('text=nothing was sent')
    await page.click('text=Copy as curl')
    const curl = await copied(page)
    assert.match(curl, /^curl 'https:\/\/as\.example\/token' \\\n {2}--data-urlencode/)
    assert.ok(curl.includes(`client_assertion=${jwt}`))
    // The page names its own script: whoever has two copies can compare.
    const script = /script-src '(sha256-[^']+)'/.exec(readFileSync(OFFLINE, 'utf8'))?.[1]
    assert.equal(await page.textContent('#build'), script)
    // What goes with a key, goes in a file too.
    await vault.locator('#clear').click()
    await vault.locator('#status:has-text("was cleared")').waitFor()
    assert.equal(await vault.locator('#shown').textContent(), '')
    assert.deepEqual(await page.evaluate('window.violations'), [])
    assert.deepEqual(complaints, [])
    assert.deepEqual(
      requests.filter((url) => !url.startsWith('file:') && url !== 'about:srcdoc'),
      [],
    )
    await context.close()
  })

  test('talks to a server that was named to it, and counts what that asks to wait', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page } = workbench
    await makePair(workbench, 'ES256 · P-256')
    await atServer(page, other)
    assert.match(String(await page.textContent('#server-hint')), /\/token$/)
    await page.selectOption('#preset', 'generic')
    assert.equal(await page.inputValue('#aud'), `${other}/token`)
    await sign(page)
    await page.clock.install()
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange [data-status="429"]')
    await page.waitForSelector('#token-exchange [data-wait]')
    const waits = async (): Promise<number> =>
      Number(
        /Wait (\d+) s/.exec(String(await page.textContent('#token-exchange [data-wait]')))?.[1],
      )
    const asked = await waits()
    assert.ok(asked > 5 && asked <= 14, String(asked))
    await page.clock.runFor(5000)
    assert.ok((await waits()) <= asked - 5)
    await page.clock.runFor(15_000)
    await page.waitForSelector('#token-exchange [data-wait="0"]:has-text("is over")')
    await until(page, `/is over/.test(document.querySelector('[role=status]').textContent)`)
    assert.deepEqual(await page.evaluate('window.violations'), [])
    await workbench.close()
  })

  for (const [what, url, found] of [
    ['does not let it read', () => forbidding, 'there'],
    ['has a certificate that nobody trusts', () => untrusted, 'silent'],
    ['is down', () => silent, 'silent'],
  ] as const) {
    test(`of a server that ${what} it says what can be told`, async () => {
      const workbench = await openWorkbench(browser, bench.server.url)
      const { page } = workbench
      await makePair(workbench, 'ES256 · P-256')
      await atServer(page, url())
      await page.fill('#token-endpoint', `${url()}/token`)
      await sign(page)
      await page.click('#get-token')
      await page.click('text=Is anything there?')
      await page.waitForSelector(`[data-probe=${found}]`)
      assert.match(String(await page.textContent('#token-exchange')), /curl line/)
      await workbench.close()
    })
  }

  test('a server that nobody named is not asked at all', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page, complaints } = workbench
    await atServer(page, 'https://stranger.example')
    assert.match(String(await page.textContent('#server-hint')), /may not talk to it/)
    assert.deepEqual(await page.evaluate('window.violations'), [])
    assert.deepEqual(complaints, [])
    await workbench.close()
  })

  for (const [minutes, sentence] of [
    [5, /[45] min.* ahead/],
    [-5, /[45] min.* behind/],
  ] as const) {
    test(`a clock that is ${minutes} minutes off is found, and the server's is signed by`, async () => {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.clock.install({ time: Date.now() + minutes * 60_000 })
      await page.goto(`${bench.server.url}/workbench`)
      await page.waitForSelector('html[data-ready]')
      await page.waitForSelector('#clock')
      assert.match(String(await page.textContent('#clock')), sentence)
      const vault = page.frameLocator('#vault')
      await makePair({ page, vault, complaints: [], close: () => context.close() }, 'ES256 · P-256')
      const ahead = (jwt: string): number => {
        const [, payload = ''] = jwt.split('.')
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iat: number }
        return Math.round(claims.iat - Date.now() / 1000)
      }
      const first = await sign(page)
      assert.ok(Math.abs(ahead(first) - minutes * 60) < 30)
      await page.check('#server-clock')
      await page.click('#generate')
      await until(page, `document.getElementById('jwt').textContent !== ${JSON.stringify(first)}`)
      assert.ok(Math.abs(ahead(String(await page.textContent('#jwt')))) < 30)
      // It counts down to its end, which is said aloud as well.
      await until(page, `/Ends in [45] min/.test(document.getElementById('jwt-state').textContent)`)
      await page.clock.runFor(301_000)
      await page.waitForSelector('#jwt-state:has-text("Expired")')
      await until(page, `/^Expired/.test(document.querySelector('[role=status]').textContent)`)
      await context.close()
    })
  }

  test('a link fills the form, says so, signs nothing and sends nothing', async () => {
    const link = String(
      writeLink({
        server: bench.server.url,
        header: { typ: 'JWT', kid: 'prod-2026', alg: 'ES256' },
        claims: { aud: `${bench.server.url}/`, iss: 'app', sub: 'app', exp: 1_700_000_000_000 },
        scope: 'okta.apps.read',
        expected: ['aud-differs', 'exp-in-milliseconds'],
      }),
    )
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page } = workbench
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.method()))
    await page.goto(`about:blank`)
    await page.goto(`${bench.server.url}/workbench${link}`)
    await page.waitForSelector('html[data-ready]')
    await page.waitForSelector('#opened')
    assert.match(String(await page.textContent('#opened')), /Check the address.*aud-differs/)
    assert.equal(await page.inputValue('#aud'), `${bench.server.url}/`)
    assert.equal(page.url(), `${bench.server.url}/workbench`)
    assert.equal(await page.locator('#jwt').count(), 0)
    assert.ok(!sent.includes('POST'))

    // What is wrong in it is mended finding by finding.
    await makePair(workbench, 'ES256 · P-256')
    await page.click('#generate')
    await page.click('[data-fix=aud-differs]')
    await page.waitForSelector('[data-fix=aud-differs]', { state: 'detached' })
    await page.click('[data-fix=exp-in-milliseconds]')
    await page.waitForSelector('[data-fix=exp-in-milliseconds]', { state: 'detached' })
    assert.equal(await page.inputValue('#aud'), bench.server.url)
    assert.equal(await page.inputValue('#exp'), '300')
    await page.click('#claims-step summary:has-text("Header")')
    assert.equal(await page.inputValue('#header-kid'), 'prod-2026')
    await workbench.close()
  })

  test('a broken link is said to be one, and nothing of it is taken', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page } = workbench
    await page.goto('about:blank')
    await page.goto(`${bench.server.url}/workbench#w1=broken`)
    await page.waitForSelector('#opened:has-text("can’t be read")')
    await workbench.close()
  })

  test('200 links of changing claims carry no jti, no signature and no key; the text for support neither', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page, vault } = workbench
    await makePair(workbench, 'ES256 · P-256')
    await vault.locator('#show').click()
    const { d } = JSON.parse(String(await vault.locator('#shown').textContent())) as { d: string }
    const jwt = await sign(page)
    await page.click('#share-open')
    await page.waitForSelector('#share-link')
    const seen: string[] = []
    for (let index = 0; index < 200; index++) {
      const claims = {
        iss: `app${index}`,
        sub: `app${index}`,
        jti: `secret-jti-${index}`,
        ...(index % 2 === 0 ? { note: jwt } : { list: [jwt, index] }),
        ...(index % 3 === 0 ? { jwk: { kty: 'EC', d } } : { seed: Math.random() }),
      }
      const texts = await page.evaluate(`new Promise((resolve) => {
        const box = document.getElementById('claims-json');
        box.value = ${JSON.stringify(JSON.stringify(claims))};
        box.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(
          document.getElementById('share-link').textContent + document.getElementById('support').textContent)));
      })`)
      seen.push(String(texts))
    }
    assert.equal(new Set(seen).size, 200)
    const signature = jwt.split('.')[2] ?? ''
    for (const text of seen) {
      const [, link = ''] = /#w1=([\w-]+)/.exec(text) ?? []
      const whole = text + Buffer.from(link, 'base64url').toString()
      for (const secret of ['secret-jti', d, signature]) assert.ok(!whole.includes(secret), secret)
    }
    assert.match(
      Buffer.from(/#w1=([\w-]+)/.exec(seen[7] ?? '')?.[1] ?? '', 'base64url').toString(),
      /"iss":"app7"/,
    )
    await page.check('#mask-client')
    assert.ok(!String(await page.textContent('#support')).includes(bench.app.clientId))
    await page.keyboard.press('Escape')
    await page.waitForSelector('#share-link', { state: 'detached' })
    assert.equal(await page.evaluate('document.activeElement.id'), 'share-open')
    await workbench.close()
  })
})
