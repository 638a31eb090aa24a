/**
 * The log in a real browser: live, filtered, explained, and from a refused request to a token.
 */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { exportPkcs8Pem } from '@keygrant/core/keys'
import { launchBrowser, NO_BROWSER, until } from '../a-page.ts'
import { type Client, aClient, aPair } from './a-client.ts'
import {
  aConsoleServer,
  apiOf,
  type ConsoleServer,
  isReady,
  type OpenConsole,
  openPage,
  signUpFirst,
} from './a-console.ts'

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "javascript:alert('x')",
  '{{constructor.constructor("alert(1)")()}}',
  '\u202Etxt.exe',
  'a\u0000b\r\nSet-Cookie: x=1',
  '=HYPERLINK("http://evil.example")',
  '__proto__',
]

const LEDGER = [
  ...['format', 'crit', 'typ', 'alg', 'key', 'signature', 'iss', 'sub'].map((it) => `${it}: Pass`),
  'aud: Fail',
  ...['exp', 'nbf', 'iat', 'jti', 'lifetime'].map((it) => `${it}: Pass`),
  'replay: Skipped',
]

suite('the log in the console', { skip: NO_BROWSER, timeout: 240_000 }, () => {
  let browser: Browser
  let server: ConsoleServer
  let billing: Client
  let open: OpenConsole
  let page: Page

  before(async () => {
    server = await aConsoleServer({
      limits: { tokensPerMinute: 0, apiCallsPerMinute: 0, failuresPerMinute: 0 },
    })
    browser = await launchBrowser()
    open = await openPage(browser, server)
    page = open.page
    await signUpFirst(open, server)
    billing = await aClient(server, page, { label: 'billing-sync', scopes: ['okta.apps.read'] })
  })
  after(async () => {
    await open?.close()
    await browser?.close()
    await server?.close()
  })

  const row = (requestId: string) => `tr[data-request="${requestId}"]`
  const isLive = () => page.waitForSelector('[data-live=live]')

  test('entries come live, newest first, with app, key and reason in words', async () => {
    await open.go('/console/log')
    await isLive()
    const good = await billing.ask()
    const bad = await billing.ask({ audience: `${server.issuer}/` })
    await page.waitForSelector(row(good.requestId))
    const text = (await page.textContent(row(bad.requestId))) ?? ''
    assert.match(text, /Token request refused/)
    assert.match(text, /"aud" is/)
    assert.match(text, /billing-sync/)
    assert.match(text, /prod-2026/)
    const ids = await page.$$eval('tr[data-request]', (rows) =>
      rows.map((each) => (each as unknown as { dataset: { request: string } }).dataset.request),
    )
    assert.deepEqual(ids.slice(0, 2), [bad.requestId, good.requestId])
    assert.match((await page.textContent('[role=status]')) ?? '', /^\d+ new entr(?:y|ies)$/)
  })

  test('Pause holds new entries back and says how many; showing them moves no focus', async () => {
    await open.go('/console/log')
    await isLive()
    await page.click('#pause')
    const asked = [await billing.ask(), await billing.ask()]
    await page.waitForSelector('#show-new')
    await untilText(page, '#show-new', /^2 new – show$/)
    for (const { requestId } of asked) assert.equal(await page.$(row(requestId)), null)
    await page.focus('#show-new')
    await page.keyboard.press('Enter')
    for (const { requestId } of asked) await page.waitForSelector(row(requestId))
    assert.equal((await page.textContent('#pause'))?.trim(), 'Resume')
    await page.click('#pause')
  })

  test('while the focus is in the list nothing is put above it, and the focus stays', async () => {
    await open.go('/console/log')
    await isLive()
    await page.focus('tr[data-request] a')
    const focused = await page.evaluate('document.activeElement.href')
    const { requestId } = await billing.ask()
    await untilText(page, '#show-new', /1 new/)
    assert.equal(await page.$(row(requestId)), null)
    assert.equal(await page.evaluate('document.activeElement.href'), focused)
    await page.evaluate('document.activeElement.blur()')
    await page.waitForSelector(row(requestId))
  })

  test('filters stand in the address and hold for what comes live, too', async () => {
    await open.go(`/console/log?kind=refusals&app=${billing.clientId}`)
    await isLive()
    const good = await billing.ask()
    const bad = await billing.ask({ audience: 'https://other.example' })
    await page.waitForSelector(row(bad.requestId))
    assert.equal(await page.$(row(good.requestId)), null)
    const took = (await page.textContent(`${row(bad.requestId)} .log-took`)) ?? ''
    assert.ok(Number(took) > 0, took)
    await page.click('.more-filters summary')
    await page.fill('#filter-reason', 'aud.mismatch')
    await page.fill('#filter-scope', 'okta.apps.read')
    await page.click('.log-filters button[type=submit]')
    await isLive()
    assert.match(page.url(), /reason=aud\.mismatch&scope=okta\.apps\.read/)
    const late = await billing.ask({ claims: { exp: 1 } })
    const again = await billing.ask({ audience: 'https://other.example' })
    await page.waitForSelector(row(again.requestId))
    assert.equal(await page.$(row(late.requestId)), null)
    await page.fill('#filter-q', 'nothing-has-this')
    await page.click('.log-filters button[type=submit]')
    await page.waitForSelector('[data-empty]')
    assert.match(page.url(), /q=nothing-has-this/)
    await page.goBack()
    await page.waitForSelector(row(bad.requestId))
  })

  test('a request opens beside the list, which keeps its place and its rows; Escape gives the focus back', async () => {
    for (let count = 0; count < 12; count++) await billing.ask()
    const { requestId } = await billing.ask({ audience: 'https://other.example' })
    for (let count = 0; count < 6; count++) await billing.ask()
    const link = `${row(requestId)} .log-what a`
    const top = () => page.$eval(link, (each) => each.getBoundingClientRect().top)
    await open.go('/console/log?kind=requests')
    await page.evaluate(`window.rows = document.querySelector('.log-table')`)
    await page.$eval(link, (each) => scrollBy(0, each.getBoundingClientRect().top - 300))
    const before = await top()
    await page.click(link)
    await page.waitForSelector('.panel [data-verdict]')
    assert.ok(Math.abs((await top()) - before) <= 1, `${before} became ${await top()}`)
    assert.match(page.url(), new RegExp(`/console/log\\?kind=requests&open=${requestId}$`))
    await until(page, '/^✖ Token request refused/.test(document.title)')
    assert.equal(await page.evaluate('document.activeElement.id'), 'panel-title')
    assert.equal(await page.getAttribute(link, 'aria-current'), 'true')
    assert.equal(await page.evaluate(`document.querySelector('.log-table') === window.rows`), true)
    const heard = await page.locator('.panel').ariaSnapshot()
    assert.match(heard, /heading "Refused: .*" \[level=2\]/)
    assert.match(heard, /heading "Checks" \[level=3\]/)
    assert.match(heard, /heading "Header" \[level=4\]/)

    // While it is read nothing is put above it.
    const late = await billing.ask()
    await untilText(page, '#show-new', /^1 new – show$/)
    assert.equal(await page.$(row(late.requestId)), null)
    const after = await top()
    await page.keyboard.press('Escape')
    await page.waitForSelector('.panel', { state: 'detached' })
    await page.waitForSelector(`${link}:focus`)
    assert.ok(Math.abs((await top()) - after) <= 1, `${after} became ${await top()}`)
    assert.match(page.url(), /\/console\/log\?kind=requests$/)
    await until(page, '/^Log/.test(document.title)')

    // Another one takes its place, and one step back closes it.
    await page.keyboard.press('Enter')
    await page.waitForSelector('.panel [data-verdict]')
    await page.click(`tr[data-request]:not([data-request="${requestId}"]) .log-what a`)
    await page.waitForSelector('.panel [data-verdict]:has-text("Access token issued")')
    assert.equal(await page.locator('tr:has(a[aria-current])').count(), 1)
    await page.goBack()
    await page.waitForSelector('.panel', { state: 'detached' })
  })

  test('what is open beside a list opens by its address, too; on a narrow screen a request is a page', async () => {
    const { requestId } = await billing.ask({ audience: 'https://other.example' })
    const activity = `/console/apps/${billing.clientId}/activity`
    await open.go(`${activity}?open=${requestId}`)
    await page.waitForSelector('.panel [data-verdict]')
    assert.equal(await page.isVisible('.log-table'), true)
    await page.setViewportSize({ width: 640, height: 900 })
    assert.deepEqual(
      [await page.isVisible('.log-table'), await page.isVisible('.panel')],
      [false, true],
    )
    await page.click('#close-panel')
    await page.click(`${row(requestId)} .log-what a`)
    await page.waitForSelector('h1 [data-verdict]')
    assert.equal(new URL(page.url()).pathname, `/console/log/${requestId}`)
    assert.equal(await page.$('.panel'), null)
    await page.setViewportSize({ width: 1280, height: 900 })
    await open.go(`${activity}?open=none`)
    await page.waitForSelector('#panel-title:has-text("No such request")')
    await page.click('#own-page')
    await page.waitForSelector('h1:has-text("No such request")')
  })

  test('a refused request opens in the workbench, is put right there, and gets its token', async () => {
    const refused = await billing.ask({ audience: `${server.issuer}/oauth2/v1/token/` })
    await open.go(`/console/log/${refused.requestId}`)
    assert.match((await page.textContent('[data-verdict]')) ?? '', /^Refused: "aud" is/)
    // As a screen reader has it: the verdict, and of each check the result before its name.
    const heard = await page.locator('main').ariaSnapshot()
    assert.match(heard, /heading "Refused: .*which has a slash too much at its end" \[level=1\]/)
    const ledger = [...heard.matchAll(/- text: (\w+)\n +- code: (\w+)\n +- paragraph: \S/g)]
    assert.deepEqual(
      ledger.map(([, result, check]) => `${check}: ${result}`),
      LEDGER,
    )
    assert.match(heard, /- paragraph: Fix Set "aud" to .*\n +- term: Found\n +- definition: /)
    const body = (await page.textContent('main')) ?? ''
    const [, , signature = '-'] = refused.assertion.split('.')
    assert.equal(body.includes(signature), false)
    const link = (await page.getAttribute('#open-workbench', 'href')) ?? ''
    const content = Buffer.from(link.slice(link.indexOf('=') + 1), 'base64url').toString()
    assert.deepEqual(Object.keys(JSON.parse(content)).toSorted(), ['claims', 'header', 'scope'])
    assert.equal(content.includes(signature), false)
    assert.equal(content.includes('jti'), false)

    // The inspector judges what the log kept as of the moment at which it was received.
    await page.click('#open-inspector')
    await page.waitForSelector('[data-check=aud][data-status=fail]')
    assert.equal(page.url(), `${server.origin}/inspector`)
    assert.equal(await page.isChecked('#time [value=received]'), true)
    assert.match(String(await page.textContent('#time-moved')), /log of the server says so/)
    assert.equal(await page.locator('[data-status=fail]').count(), 1)
    assert.match(String(await page.textContent('.verdict')), /aud.*slash/)
    assert.equal(await page.locator('#ask-server').count(), 0)
    await page.click('#copy-for-support')
    const text = String(await page.textContent('#support-text'))
    assert.ok(text.includes(refused.requestId))
    assert.match(text, /Policy: profile \w+; exp at most \d+ s ahead/)
    await open.go(`/console/log/${refused.requestId}`)
    await page.click('#open-workbench')
    await page.waitForSelector('#opened')
    const vault = page.frameLocator('#vault')
    await vault.locator('#private').fill(exportPkcs8Pem(billing.key))
    await vault.locator('#use').click()
    await page.waitForSelector('#thumbprint')
    await page.click('#generate')
    await page.click('[data-fix^=aud]')
    await page.waitForSelector('[data-fix^=aud]', { state: 'detached' })
    await page.click('#get-token')
    await page.waitForSelector('#token-exchange [data-status="200"]')
  })

  test('reasons are grouped, with the change of an administrator that began them', async () => {
    await open.go('/console')
    const api = apiOf(page)
    const nightly = await aClient(server, page, { label: 'nightly', scopes: ['okta.apps.read'] })
    const other = await aPair('spare')
    const keys = `/api/v1/apps/${nightly.clientId}/credentials/jwks`
    await api('POST', keys, other.publicKey.jwk)
    const { body } = await api('GET', keys)
    const [first] = body['keys'] as { id: string }[]
    await api('POST', `${keys}/${first?.id}/lifecycle/deactivate`)
    await nightly.ask()
    const last = await nightly.ask()
    await open.go(`/console/log?view=reasons&app=${nightly.clientId}`)
    const card = '[data-reason=key]'
    assert.match((await page.textContent(card)) ?? '', /key\.no_matching_key/)
    const entries = await page.getAttribute(`${card} .reason-links a:last-child`, 'href')
    assert.match(entries ?? '', /[?&]reason=key\.no_matching_key$/)
    assert.match(
      (await page.textContent(`${card} [data-cause]`)) ?? '',
      /Public key deactivated by Ada/,
    )
    await page.click(`${card} .reason-links a`)
    await isReady(page)
    assert.equal(new URL(page.url()).pathname, `/console/log/${last.requestId}`)
    const around = (await page.textContent('[data-neighbour="Changed before"]')) ?? ''
    assert.match(around, /Public key deactivated/)
  })

  test('[ADMI-015] what strangers send is text wherever it is shown, and in the address that it makes', async () => {
    const asked = []
    for (const text of HOSTILE) {
      asked.push(
        await billing.ask({
          audience: text,
          userAgent: text.replaceAll(/[^ -~]/g, '?'),
          scope: text,
          claims: { jti: text },
        }),
      )
    }
    await open.go('/console/log?kind=refusals')
    for (const { requestId } of asked) await page.waitForSelector(row(requestId))
    for (const { requestId } of asked) {
      await open.go(`/console/log/${requestId}`)
      await page.waitForSelector('[data-verdict]')
      assert.equal(await page.$('main img, main script'), null)
      assert.equal(await page.evaluate("document.body.innerHTML.includes('\u202E')"), false)
    }
    await open.go('/console/log?view=reasons')
    assert.deepEqual(await page.evaluate('window.violations'), [])
  })

  test('[AUDI-002] a report for support holds no line that a stranger wrote, and nothing that identifies a use', async () => {
    const refused = await billing.ask({
      audience: 'https://other.example',
      claims: { jti: 'x\n## Outcome: SUCCESS\n~~~~\n' },
    })
    await open.go(`/console/log/${refused.requestId}`)
    await page.click('text=Copy for support')
    await untilText(page, '[role=status]', /^report copied$/)
    const report = (await page.evaluate('window.copied')) as string
    assert.match(report, /FAIL aud/)
    assert.equal(/^## Outcome/m.test(report), false)
    assert.equal(report.match(/^~~~~/gm)?.length, 6)
    assert.equal(report.includes(billing.clientId), false)

    await page.click('#make-alert')
    await page.fill('#alert-count', '9')
    const rule = (await page.textContent('#alert-rule')) ?? ''
    assert.match(
      rule,
      /expr: 'sum\(increase\(keygrant_token_requests_refused_total\{error="invalid_client",check="aud"\}\[15m\]\)\) > 9'/,
    )
    assert.ok(((await page.textContent('#alert-query')) ?? '').includes(billing.clientId))
    await page.click('#alert pre + button')
    await until(page, `window.copied === ${JSON.stringify(rule)}`)
    await page.keyboard.press('Escape')
    await page.waitForSelector('#alert', { state: 'detached' })
    assert.equal(await page.evaluate('document.activeElement.id'), 'make-alert')
  })

  test('[ADMI-023] the export is JSON Lines or CSV in which no cell is a formula', async () => {
    await open.go(`/console/log?app=${billing.clientId}&kind=refusals`)
    for (const [button, ending] of [
      ['#export-jsonl', 'jsonl'],
      ['#export-csv', 'csv'],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)])
      assert.equal(download.suggestedFilename(), `keygrant-log.${ending}`)
      const text = await readFile(await download.path(), 'utf8')
      const lines = text.trimEnd().split(/\r?\n/)
      assert.ok(lines.length > HOSTILE.length)
      if (ending === 'jsonl') for (const line of lines) JSON.parse(line)
      else assert.equal(/(?:^|,)"?[=+@-]/m.test(text), false)
    }
  })

  test('500 entries a second are drawn no more than once a second, and none is lost when the server restarts', async () => {
    await open.go('/console/log')
    await isLive()
    await page.evaluate(`
      window.drawn = 0;
      window.since = performance.now();
      new MutationObserver(() => window.drawn++)
        .observe(document.querySelector('.log-table tbody'), { childList: true });
    `)
    const received = async () => Number(await page.getAttribute('[data-received]', 'data-received'))
    const before = await received()
    const COUNT = 1500
    const append = (from: number, to: number) => {
      for (let index = from; index < to; index++) {
        server.storage.audit.append({
          event: 'token.issued',
          outcome: 'SUCCESS',
          at: server.now(),
          requestId: `flood-${index}`,
          clientId: billing.clientId,
          keyId: 'prod-2026',
          detail: { kid: 'prod-2026', scope: 'okta.apps.read', ipAddress: '10.0.0.1' },
        })
      }
    }
    for (let tenth = 0; tenth < 20; tenth++) {
      append(tenth * 50, (tenth + 1) * 50)
      await page.waitForTimeout(100)
    }
    await server.restart(() => append(1000, COUNT))
    await page.waitForSelector('[data-live=live]')
    for (let tries = 0; (await received()) - before < COUNT; tries++) {
      assert.ok(tries < 300, `${await received()} of ${COUNT}`)
      await page.waitForTimeout(100)
    }
    assert.equal((await received()) - before, COUNT)
    await page.waitForSelector(row(`flood-${COUNT - 1}`))
    // At most once a second, and never more rows than can be drawn at once.
    const { drawn, seconds } = (await page.evaluate(
      '({ drawn: window.drawn, seconds: (performance.now() - window.since) / 1000 })',
    )) as { drawn: number; seconds: number }
    assert.ok(drawn > 0 && drawn <= Math.ceil(seconds) + 1, `${drawn} in ${seconds} s`)
    const rows = await page.$$eval('.log-table tbody tr', (all) => all.length)
    assert.ok(rows <= 100, `${rows} rows`)
  })

  test('the metrics say the same in the sentence, the table and the API', async () => {
    await open.go('/console/metrics?range=1h')
    const { body } = await apiOf(page)('GET', '/api/v1/metrics?range=1h')
    const { issued, refused } = body['sums'] as { issued: number; refused: number }
    const caption = ((await page.textContent('#metric-tokens [data-caption]')) ?? '').replaceAll(
      '\u202F',
      '',
    )
    assert.match(caption, new RegExp(`^${issued} tokens issued, ${refused} requests refused`))
    await page.click('#metric-tokens summary')
    const cells = await page.$$eval('#metric-tokens tbody tr', (rows) =>
      rows.map((each) => [...each.querySelectorAll('td')].map((cell) => Number(cell.textContent))),
    )
    const sums = cells.reduce(([one = 0, two = 0], [a = 0, b = 0]) => [one + a, two + b], [
      0, 0,
    ] as number[])
    assert.deepEqual(sums, [issued, refused])
    assert.match((await page.textContent('#metric-apps')) ?? '', /billing-sync/)
  })
})

async function untilText(page: Page, selector: string, wanted: RegExp): Promise<void> {
  let text = ''
  for (let tries = 0; !wanted.test(text); tries++) {
    assert.ok(tries < 300, `${selector} is never ${wanted}: ${text}`)
    await page.waitForTimeout(20)
    text = ((await page.$(selector)) === null ? '' : await page.textContent(selector)) ?? ''
  }
}
