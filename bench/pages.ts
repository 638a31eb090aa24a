/**
 * How fast the pages are in Debian's Chromium, from a server on this machine: the largest contentful paint,
 * and the time from a press of "Generate JWT" to the JWT in the page beside the bare signature of the same
 * browser. `npm run bench:pages`, after a build.
 * @module
 */

import type { Browser, Page } from 'playwright-core'
import { launchWholeBrowser } from '../packages/web/test/a-page.ts'
import {
  aWorkbenchServer,
  makePair,
  openWorkbench,
} from '../packages/web/test/workbench/a-workbench.ts'

const LOADS = 11
const SIGNATURES = 51
const GOAL_PAINT_MS = 300
const GOAL_SIGN_MS = 30

const { server } = await aWorkbenchServer()
const browser = await launchWholeBrowser()
try {
  console.log(`\nChromium ${browser.version()}, Node ${process.version}; milliseconds\n`)
  for (const page of ['workbench', 'inspector']) {
    report(`${page}: paint`, await paints(browser, `${server.url}/${page}`), GOAL_PAINT_MS)
  }
  for (const [kind, algorithm] of [
    ['ES256 · P-256', { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }],
    [
      'RS256 · RSA-2048',
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: 2048,
        publicExponent: { 0: 1, 1: 0, 2: 1, length: 3 },
        hash: 'SHA-256',
      },
    ],
  ] as const) {
    const workbench = await openWorkbench(browser, server.url)
    await makePair(workbench, kind)
    await workbench.page.fill('#client', 'app')
    report(`${kind}: Generate JWT`, await generations(workbench.page), GOAL_SIGN_MS)
    report(`${kind}: the bare signature`, await bareSignatures(workbench.page, algorithm))
    await workbench.close()
  }
} finally {
  await browser.close()
  await server.close()
}

/** Each load in a browser context of its own: nothing is cached. */
async function paints(from: Browser, url: string): Promise<readonly number[]> {
  const times: number[] = []
  for (let load = -1; load < LOADS; load++) {
    const context = await from.newContext({ viewport: { width: 1280, height: 900 } })
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForSelector('html[data-ready]')
    const time = await page.evaluate(`new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
        .observe({ type: 'largest-contentful-paint', buffered: true });
    })`)
    // The first load compiles.
    if (load >= 0) times.push(Number(time))
    await context.close()
  }
  return times
}

async function generations(page: Page): Promise<readonly number[]> {
  return (await page.evaluate(`(async () => {
    const times = [];
    for (let each = -3; each < ${SIGNATURES}; each++) {
      const before = document.getElementById('jwt')?.textContent;
      const start = performance.now();
      document.getElementById('generate').click();
      while ((document.getElementById('jwt')?.textContent ?? before) === before) {
        await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); });
      }
      if (each >= 0) times.push(performance.now() - start);
    }
    return times;
  })()`)) as readonly number[]
}

async function bareSignatures(page: Page, algorithm: object): Promise<readonly number[]> {
  return (await page.evaluate(`(async () => {
    const algorithm = ${JSON.stringify(algorithm)};
    if (algorithm.publicExponent) algorithm.publicExponent = Uint8Array.from(algorithm.publicExponent);
    const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
    const octets = new Uint8Array(400);
    const times = [];
    for (let each = -3; each < ${SIGNATURES}; each++) {
      const start = performance.now();
      await crypto.subtle.sign(algorithm, privateKey, octets);
      if (each >= 0) times.push(performance.now() - start);
    }
    return times;
  })()`)) as readonly number[]
}

function report(what: string, times: readonly number[], goal?: number): void {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): string =>
    (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1)
  const wanted = goal === undefined ? '' : `  (goal: ${goal})`
  console.log(
    `${what.padEnd(38)} median ${at(0.5).padStart(6)}  best ${at(0).padStart(6)}  p95 ${at(0.95).padStart(6)}${wanted}`,
  )
}
