/**
 * The contract of the fault lab: what the page predicts is what the server says, for every fault.
 * @module
 */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, NO_BROWSER } from '../a-page.ts'
import {
  aWorkbenchServer,
  makePair,
  openWorkbench,
  register,
  type Workbench,
  type WorkbenchServer,
} from './a-workbench.ts'

interface Check {
  readonly check: string
  readonly status: string
  readonly reason?: string
}

interface Prediction {
  readonly verdict: string
  readonly answer?: string
  readonly failing: readonly string[]
  /** The rules of the findings, the closest cause first. */
  readonly causes: readonly string[]
}

interface Vectors {
  readonly server: { readonly token_endpoint: string; readonly profile: string }
  readonly key: Readonly<Record<string, unknown>>
  readonly vectors: readonly {
    readonly fault: string | null
    readonly now: number
    readonly form: Readonly<Record<string, string>>
    readonly expected: { readonly answer: string; readonly rules: readonly string[] }
  }[]
}

/** A workbench that can make a JWT, with the list of faults open. The page knows one key; so does the server. */
async function openFaults(
  context: TestContext,
  browser: Browser,
  profile: 'strict' | 'okta',
): Promise<WorkbenchServer & { readonly workbench: Workbench }> {
  const { server, app } = await aWorkbenchServer(profile)
  context.after(() => server.close())
  const workbench = await openWorkbench(browser, server.url)
  const { page } = workbench
  await makePair(workbench, 'ES256 · P-256')
  await register(workbench, app)
  await app.deactivateKey(app.key.publicKey.kid)
  await page.fill('#client', app.clientId)
  await page.fill('#scope', 'okta.apps.read')
  await page.click('#faults > summary')
  return { server, app, workbench }
}

suite('the fault lab', { skip: NO_BROWSER, concurrency: 2 }, () => {
  let browser: Browser

  before(async () => {
    browser = await launchBrowser()
  })
  after(() => browser.close())

  for (const profile of ['strict', 'okta'] as const) {
    test(`predicts what the server answers in the profile "${profile}"`, async (context) => {
      const { server, app, workbench } = await openFaults(context, browser, profile)
      const { page } = workbench
      const faults = await page.evaluate(
        `[...document.querySelectorAll('[name=fault]')].map(({ value }) => value)`,
      )
      assert.ok((faults as readonly string[]).length >= 24)
      // The first, "", is none: it gives the token whose jti another one uses again.
      for (const fault of faults as readonly string[]) {
        await page.check(`[name=fault][value="${fault}"]`)
        await compare(workbench, { server, app }, profile, fault)
      }
      await workbench.close()
    })
  }

  test('saves all as test vectors, without the private key, which the server answers as they say', async (context) => {
    const { server, workbench } = await openFaults(context, browser, 'strict')
    const { page } = workbench
    // On a machine where each look at the clock takes a second.
    await page.evaluate(`(({ now }) => {
      let looks = -120
      Date.now = () => now.call(Date) + 1000 * Math.min(looks++, 0)
    })(Date)`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('#save-vectors'),
    ])
    const text = readFileSync(await download.path(), 'utf8')
    const { server: of, key, vectors } = JSON.parse(text) as Vectors
    assert.deepEqual([of.token_endpoint, of.profile], [server.tokenEndpoint, 'strict'])
    assert.equal(key['d'], undefined)
    assert.ok(vectors.length >= 25, String(vectors.length))
    assert.ok((vectors.at(-1)?.now ?? 0) - (vectors[0]?.now ?? 0) >= vectors.length)
    for (const { fault, form, expected } of vectors) {
      const body = new URLSearchParams(form)
      const answer = await fetch(of.token_endpoint, { method: 'POST', body })
      const { error } = (await answer.json()) as { readonly error?: string }
      const got = answer.status === 200 ? '200' : `${answer.status} ${String(error)}`
      assert.equal(got, expected.answer, String(fault))
      assert.equal(expected.rules.length === 0, got === '200', String(fault))
      server.forgetRequests()
    }
    await workbench.close()
  })

  async function compare(
    { page }: Workbench,
    { server }: WorkbenchServer,
    profile: string,
    fault: string,
  ): Promise<void> {
    const before = (await page.locator('#jwt').allTextContents()).join('')
    await press(page, '#generate')
    await page.waitForSelector('#jwt-state:not(:has-text("Sent at"))')
    assert.notEqual(await page.textContent('#jwt'), before)
    await page.selectOption('#profile', profile)
    const predicted = await prediction(page)
    // The list of faults foretold it before anything was made.
    const wanted = [predicted.answer ?? '200', ...predicted.causes.slice(0, 1)].join(' · ')
    await page.waitForSelector(
      `label:has([name=fault][value="${fault}"]) .hint:text-is("Expected: ${wanted}")`,
    )
    server.forgetRequests()
    await press(page, '#get-token')
    await page.waitForSelector('#jwt-state:has-text("Sent at")')
    // The page compares the two as well.
    if (fault !== '') await page.waitForSelector('#foretold[data-same=true]')
    const status = await page.getAttribute('#token-exchange .answer', 'data-status')
    const body = JSON.parse(String(await page.textContent('#token-exchange .sides .body'))) as {
      readonly error?: string
      readonly report?: { readonly checks?: readonly Check[] }
    }
    assert.equal(
      status === '200' ? undefined : `${status} ${String(body.error)}`,
      predicted.answer,
      fault,
    )
    const checks = body.report?.checks
    assert.equal(status === '200', predicted.verdict === 'pass', fault)
    if (checks === undefined) return
    assert.deepEqual(
      predicted.failing,
      checks
        .filter((result) => result.status === 'fail')
        .map(({ check, reason }) => `${check} ${reason ?? ''}`),
      fault,
    )
  }

  /** At once: the page need not stand still for it. */
  async function press(page: Page, selector: string): Promise<void> {
    await page.locator(selector).evaluate((button) => (button as HTMLElement).click())
  }

  async function prediction(page: Page): Promise<Prediction> {
    await page.waitForSelector('#preflight[aria-busy=false]')
    const found = await page.evaluate(`({
      verdict: document.querySelector('[data-verdict]').classList.contains('is-pass') ? 'pass' : 'fail',
      answer: document.querySelector('[data-answer]')?.dataset.answer,
      causes: [...document.querySelectorAll('#preflight [data-finding]')].map((row) => row.dataset.finding),
      failing: [...document.querySelectorAll('#preflight [data-check][data-status=fail]')].map(
        (row) => row.dataset.check + ' ' + row.dataset.reason),
    })`)
    return found as Prediction
  }
})
