/**
 * The workbench in another engine, by hand: `npm run firefox -w @keygrant/web`, after a build. Needs a Firefox; its path can be
 * given, and is `firefox-esr` otherwise. The guide is walked from a key to an API call, the frame of the key is tried, and
 * neither the policy nor Trusted Types is broken. Speaks WebDriver BiDi. Ends with 1 when something does not hold.
 * @module
 */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { importPublicKey } from '@keygrant/core/keys'
import { aWorkbenchServer } from './test/workbench/a-workbench.ts'

const PATIENCE_MS = 20_000
/** Nothing of the browser itself goes out. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.server': '',
}

interface Tree {
  readonly context: string
  readonly children?: readonly Tree[]
}

/** What a page of the browser can be told to do. */
interface Tab {
  /** Evaluates an expression in the page, or in its only frame. */
  evaluate(expression: string, where?: 'page' | 'frame'): Promise<unknown>
  /** Waits until an expression is true. */
  until(expression: string, where?: 'page' | 'frame'): Promise<void>
  press(selector: string, where?: 'page' | 'frame'): Promise<void>
  fill(selector: string, value: string): Promise<void>
}

async function start(path: string, profile: string): Promise<{ url: string; stop: () => void }> {
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  await writeFile(join(profile, 'user.js'), lines.join('\n'))
  const firefox = spawn(
    path,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  for await (const chunk of firefox.stderr) {
    said += String(chunk)
    const [, url] = /BiDi listening on (ws:\S+)/.exec(said) ?? []
    if (url !== undefined) return { url: `${url}/session`, stop: () => void firefox.kill() }
  }
  throw new Error(`${path} does not listen: ${said}`)
}

/** Opens a page, and gives what can be done with it. */
async function open(url: string, page: string): Promise<Tab> {
  const socket = new WebSocket(url)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const waiting = new Map<number, (answer: Record<string, unknown>) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Record<string, unknown>
    waiting.get(Number(answer['id']))?.(answer)
  })
  let lastId = 0
  const send = async (method: string, params: object): Promise<Record<string, unknown>> => {
    const id = ++lastId
    const answer = await new Promise<Record<string, unknown>>((resolve) => {
      waiting.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params }))
    })
    assert.equal(answer['type'], 'success', `${method}: ${JSON.stringify(answer)}`)
    return answer['result'] as Record<string, unknown>
  }
  await send('session.new', { capabilities: {} })
  await send('script.addPreloadScript', { functionDeclaration: WATCH })
  const { context } = await send('browsingContext.create', { type: 'tab' })
  await send('browsingContext.navigate', { context, url: page, wait: 'complete' })
  const contextOf = async (where: 'page' | 'frame'): Promise<unknown> => {
    if (where === 'page') return context
    const { contexts } = await send('browsingContext.getTree', { root: context })
    return (contexts as readonly Tree[])[0]?.children?.[0]?.context
  }
  const tab: Tab = {
    async evaluate(expression, where = 'page') {
      const { result, exceptionDetails } = await send('script.evaluate', {
        expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
        target: { context: await contextOf(where) },
        awaitPromise: true,
        userActivation: true,
      })
      assert.equal(
        exceptionDetails,
        undefined,
        `${expression}: ${JSON.stringify(exceptionDetails)}`,
      )
      return JSON.parse((result as { readonly value: string }).value) as unknown
    },
    async until(expression, where) {
      const end = Date.now() + PATIENCE_MS
      while ((await tab.evaluate(`(${expression}) === true`, where)) !== true) {
        assert.ok(Date.now() < end, `never: ${expression}`)
        await sleep(50)
      }
    },
    async press(selector, where) {
      const found = `document.querySelector(${JSON.stringify(selector)})`
      await tab.until(`${found} !== null`, where)
      await tab.evaluate(`${found}.click()`, where)
    },
    async fill(selector, value) {
      await tab.evaluate(`(() => {
        const box = document.querySelector(${JSON.stringify(selector)});
        box.focus();
        box.value = ${JSON.stringify(value)};
        box.dispatchEvent(new Event('input', { bubbles: true }));
        box.blur();
      })()`)
    },
  }
  return tab
}

/** Records what a page must not do, and what it copies. */
const WATCH = `() => {
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI);
  });
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text } } });
}`

const profile = await mkdtemp(join(tmpdir(), 'keygrant-firefox-'))
const { server, app } = await aWorkbenchServer('okta')
const firefox = await start(process.argv[2] ?? 'firefox-esr', profile)
try {
  const tab = await open(firefox.url, `${server.url}/workbench`)
  const agent = String(await tab.evaluate('navigator.userAgent'))
  await tab.until(`document.documentElement.dataset.ready === 'yes'`)

  await tab.press('#generate', 'frame')
  await tab.until(`document.querySelector('dialog').open`, 'frame')
  await tab.press('#make', 'frame')
  await tab.until(`document.getElementById('thumbprint') !== null`)
  await tab.evaluate(
    `[...document.querySelectorAll('#key-facts button')].find((each) => each.textContent === 'Copy JWK').click()`,
  )
  await tab.until('window.copied !== undefined')
  await app.addKey(await importPublicKey(String(await tab.evaluate('window.copied'))))
  await tab.fill('#client', app.clientId)
  await tab.fill('#scope', 'okta.apps.read')
  await tab.press('#generate')
  await tab.press('#jwt')
  await tab.press('#get-token')
  await tab.until(`document.querySelector('#token-exchange [data-status="200"]') !== null`)
  await tab.press('#send')
  await tab.until(`document.querySelector('#api-exchange [data-status="200"]') !== null`)
  process.stdout.write('a key, a JWT, a token and an API call\n')

  assert.deepEqual(await tab.evaluate('window.violations'), [])
  const made = await tab.evaluate(
    `(() => { try { document.createElement('p').innerHTML = '<b>a</b>'; return 'made' }
      catch (error) { return error.name } })()`,
  )
  assert.equal(made, 'TypeError')
  process.stdout.write('no violation of the policy; text makes no markup\n')

  await tab.press('.isolation > summary')
  await tab.press('#try-it')
  await tab.until(`document.querySelector('#trial-result')?.dataset.tried === '16'`)
  const lines = (await tab.evaluate(
    `[...document.querySelectorAll('.attempts > *')].map((each) => each.textContent)`,
  )) as readonly string[]
  process.stdout.write(`${lines.join('\n')}\n`)
  assert.match(
    String(await tab.evaluate(`document.querySelector('#trial-result').textContent`)),
    /^16 of 16/,
  )
  process.stdout.write(`${agent}: all holds\n`)
} finally {
  firefox.stop()
  await server.close()
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
process.exit()
