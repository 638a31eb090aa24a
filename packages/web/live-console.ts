/**
 * The console under load, by hand: `npm run live -w @keygrant/web`, after a build. Needs Debian's Chromium.
 *
 * 1. 500 entries of the log in a second for a minute, with a restart of the server: the longest task of the page, and how
 *    many entries were lost.
 * 2. A key is rotated through the console while its service asks for 200 tokens in a second: how many requests failed.
 *
 * `npm run live -w @keygrant/web -- 10` takes ten seconds instead of a minute. Ends with 1 when a bound does not hold.
 * @module
 */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { signAssertion } from '@keygrant/core/assertion'
import type { PrivateKey } from '@keygrant/core/keys'
import { launchWholeBrowser } from './test/a-page.ts'
import { aClient, aPair } from './test/console/a-client.ts'
import { aConsoleServer, openPage, signUpFirst } from './test/console/a-console.ts'

const seconds = Number(process.argv[2] ?? 60)
const ENTRIES_PER_SECOND = 500
const TOKENS_PER_SECOND = 200
const LONGEST_TASK_MS = 200
const TICK_MS = 50
const MAX_PENDING = 100

const server = await aConsoleServer({
  limits: { tokensPerMinute: 0, apiCallsPerMinute: 0, failuresPerMinute: 0 },
})
const browser = await launchWholeBrowser()
const open = await openPage(browser, server)
const { page } = open
await signUpFirst(open, server)
const client = await aClient(server, page, {
  label: 'billing-sync',
  kid: 'old',
  scopes: ['okta.apps.read'],
})

async function flood(): Promise<boolean> {
  await client.ask()
  await open.go('/console/log')
  await page.waitForSelector('[data-live=live]')
  await page.evaluate(`
    window.tasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
  `)
  const received = async () => Number(await page.getAttribute('[data-received]', 'data-received'))
  const before = await received()
  const start = Date.now()
  let written = 0
  const writeUpTo = (count: number): void => {
    for (; written < count; written++) {
      server.storage.audit.append({
        event: 'token.issued',
        outcome: 'SUCCESS',
        at: server.now(),
        requestId: `flood-${written}`,
        clientId: client.clientId,
        keyId: 'old',
        detail: { kid: 'old', scope: 'okta.apps.read', ipAddress: '10.0.0.1' },
      })
    }
  }
  const due = (): number => Math.floor(((Date.now() - start) / 1000) * ENTRIES_PER_SECOND)
  let isRestarted = false
  while (Date.now() - start < seconds * 1000) {
    writeUpTo(due())
    if (!isRestarted && Date.now() - start > (seconds * 1000) / 2) {
      isRestarted = true
      await server.restart(() => writeUpTo(due()))
    }
    await sleep(TICK_MS)
  }
  for (let tries = 0; (await received()) - before < written && tries < 300; tries++)
    await sleep(100)
  const lost = written - ((await received()) - before)
  const tasks = (await page.evaluate('window.tasks')) as number[]
  const longest = Math.max(0, ...tasks)
  console.log(
    `${written} entries in ${seconds} s with a restart: ${lost} lost, longest task ${longest} ms, ${tasks.length} tasks over 50 ms`,
  )
  return lost === 0 && longest <= LONGEST_TASK_MS
}

async function rotate(): Promise<boolean> {
  let key: PrivateKey = client.key
  const failed: string[] = []
  let sent = 0
  const load = { isOver: false }
  const ask = async (): Promise<void> => {
    const assertion = await signAssertion({}, key, {
      clientId: client.clientId,
      audience: server.issuer,
      now: Math.floor(server.now() / 1000),
      lifetimeSeconds: 300,
    })
    const answer = await fetch(`${server.issuer}/oauth2/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'okta.apps.read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    })
    const text = await answer.text()
    if (answer.status !== 200) failed.push(`${answer.status} ${text}`)
  }
  const sending = async (): Promise<number> => {
    const start = Date.now()
    const pending = new Set<Promise<void>>()
    while (!load.isOver) {
      const due = Math.floor(((Date.now() - start) / 1000) * TOKENS_PER_SECOND)
      // A machine that is too slow sends less; the rate is told.
      for (; sent < due && pending.size < MAX_PENDING; sent++) {
        const asking = ask().catch((error: unknown) => void failed.push(String(error)))
        pending.add(asking)
        void asking.then(() => pending.delete(asking))
      }
      await sleep(5)
    }
    await Promise.all(pending)
    return (sent / (Date.now() - start)) * 1000
  }

  const pair = await aPair('new')
  await open.go(`/console/apps/${client.clientId}/keys`)
  page.setDefaultTimeout(120_000)
  const rateOf = sending()
  await page.click('#rotate-key')
  await page.fill('#public-key', JSON.stringify(pair.publicKey.jwk))
  await page.waitForSelector('.found-keys')
  await page.click('#add-key')
  await page.waitForSelector('[data-step=add][data-state=done]')
  key = pair
  await page.waitForSelector('#first-use[data-seen=yes]')
  await sleep(2000)
  server.advance(61_000)
  await page.waitForSelector('[data-step=watch][data-state=done]')
  await page.click('#retire-old')
  await page.check('input[value=now]')
  await page.click('#retire-go')
  await page.waitForSelector('#retired')
  await sleep(2000)
  load.isOver = true
  const rate = await rateOf
  console.log(
    `a key rotated through the console under ${rate.toFixed(0)} token requests in a second: ${sent} sent, ${failed.length} failed`,
  )
  for (const each of new Set(failed.slice(0, 5))) console.log(each)
  assert.equal((await client.ask()).status, 401)
  return failed.length === 0
}

const results = [await flood(), await rotate()]
await open.close()
await browser.close()
await server.close()
process.exitCode = results.every(Boolean) ? 0 : 1
