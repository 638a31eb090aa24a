/**
 * Five tasks of a client, each done by ours and by others in one run: how many token requests it makes and what fails.
 * Counts, not times: nothing here depends on the machine. `npm run bench:client`, about a minute and a half.
 * @module
 */

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportPkcs8Pem, exportPrivateJwk, generateKey, type PrivateKey } from '@keygrant/core/keys'
import { CONTENDERS, type Contender, type OpenClient, type Setup } from './clients/contenders.ts'
import { type StandIn, startStandIn } from './clients/stand-in.ts'

const CALLERS = 1000
const EXPIRING_CALLS = 40
const EXPIRING_PAUSE_MS = 2000
const EXPIRING_LIFETIME_SECONDS = 60
/** Of a token of a minute: some clients want a new one by then, and the one at hand is good. */
const OUTAGE_AFTER_MS = 42_000
const OUTAGE_MS = 10_000
const OUTAGE_PAUSE_MS = 500
const BOUND_CALLS = 5
const ROTATION_REQUESTS = 10

/** What a client made of a task. */
interface Result {
  readonly calls: number
  readonly failures: number
  readonly tokenRequests: number
  readonly refusals: number
  readonly repeated: number
  /** What the first failure said. */
  readonly why: string | undefined
}

interface Task {
  readonly name: string
  readonly what: string
  readonly settings: Partial<StandIn>
  readonly needsDpop?: boolean
  readonly run: (client: OpenClient, tools: Tools) => Promise<void>
}

interface Tools extends Setup {
  /** Does something and counts it. */
  count(act: () => Promise<unknown>): Promise<void>
  readonly key: PrivateKey
  readonly alg: Contender['alg']
}

const TASKS: readonly Task[] = [
  {
    name: 'cold start',
    what: `${CALLERS} callers at once, no token yet`,
    settings: {},
    run: async (client, { count }) => {
      await Promise.all(Array.from({ length: CALLERS }, () => count(() => client.getToken())))
    },
  },
  {
    name: 'expiry',
    what: `tokens of ${EXPIRING_LIFETIME_SECONDS} s, ${EXPIRING_CALLS} calls of the API in ${(EXPIRING_CALLS * EXPIRING_PAUSE_MS) / 1000} s; 2 tokens are needed`,
    settings: { lifetimeSeconds: EXPIRING_LIFETIME_SECONDS },
    run: async (client, { count }) => {
      for (let call = 0; call < EXPIRING_CALLS; call++) {
        await count(() => calling(client))
        await sleep(EXPIRING_PAUSE_MS)
      }
    },
  },
  {
    name: 'outage',
    what: `the token endpoint is down for ${OUTAGE_MS / 1000} s, and the token at hand is good for longer`,
    settings: { lifetimeSeconds: EXPIRING_LIFETIME_SECONDS },
    run: async (client, { count, standIn }) => {
      const begun = performance.now()
      const age = (): number => performance.now() - begun
      await count(() => client.getToken())
      await sleep(OUTAGE_AFTER_MS - age())
      standIn.isDown = true
      const calls: Promise<void>[] = []
      while (age() < OUTAGE_AFTER_MS + OUTAGE_MS) {
        calls.push(count(() => calling(client)))
        await sleep(OUTAGE_PAUSE_MS)
      }
      await Promise.all(calls)
      standIn.isDown = false
    },
  },
  {
    name: 'nonce',
    what: `DPoP, server and API want nonces of theirs; ${BOUND_CALLS} calls of the API`,
    settings: { wantsDpop: true },
    needsDpop: true,
    run: async (client, { count }) => {
      for (let call = 0; call < BOUND_CALLS; call++) await count(() => calling(client))
    },
  },
  {
    name: 'rotation',
    what: `${4 * ROTATION_REQUESTS} new tokens while the key file is replaced, the new key registered, the old one taken away`,
    settings: {},
    run: async (client, tools) => {
      const { standIn, key, alg } = tools
      const some = async (): Promise<void> => {
        for (let at = 0; at < ROTATION_REQUESTS; at++) await tools.count(() => client.getNewToken())
      }
      await some()
      const next = await aKey(alg)
      await writeKey(next, tools)
      await some()
      standIn.keys = [key.publicKey, next.publicKey]
      await some()
      standIn.keys = [next.publicKey]
      await some()
    },
  },
]

const folder = await mkdtemp(join(tmpdir(), 'keygrant-clients-'))
// Clients that warn do so with each run; the table is what counts.
console.warn = () => undefined
try {
  const [coldStart, ...others] = TASKS as [Task, ...Task[]]
  // A thousand callers keep this process busy; the other tasks wait most of the time.
  const cold: (Result | undefined)[] = []
  for (const contender of CONTENDERS) cold.push(await perform(coldStart, contender))
  printTask(coldStart, cold)
  const rows = await Promise.all(
    others.map(async (task) => ({
      task,
      results: await Promise.all(CONTENDERS.map((contender) => perform(task, contender))),
    })),
  )
  for (const { task, results } of rows) printTask(task, results)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function perform(task: Task, contender: Contender): Promise<Result | undefined> {
  if (task.needsDpop === true && !contender.hasDpop) return undefined
  const key = await aKey(contender.alg)
  const standIn = await startStandIn({ ...task.settings, keys: [key.publicKey] })
  const own = await mkdtemp(join(folder, 'client-'))
  const setup: Setup = {
    standIn,
    pemFile: join(own, 'key.pem'),
    jwkFile: join(own, 'key.json'),
    dpop: task.needsDpop === true,
  }
  let calls = 0
  let failures = 0
  let why: string | undefined
  const count = async (act: () => Promise<unknown>): Promise<void> => {
    calls++
    try {
      const result = await act()
      if (result === undefined || result === '') throw new Error('no token, and no error')
    } catch (error) {
      failures++
      why ??= error instanceof Error ? error.message : String(error)
    }
  }
  try {
    await writeKey(key, setup)
    const client = await contender.open(setup)
    await task.run(client, { ...setup, key, alg: contender.alg, count })
    const { tokenRequests, refusals, repeated } = standIn
    return { calls, failures, tokenRequests, refusals, repeated, why }
  } finally {
    await standIn.close()
  }
}

async function calling(client: OpenClient): Promise<number> {
  const status = await client.call()
  if (status !== 200) throw new Error(`the API answered HTTP ${status}`)
  return status
}

function aKey(alg: Contender['alg']): Promise<PrivateKey> {
  return generateKey({ kty: 'RSA', modulusBits: 2048 }, { alg })
}

/** In both forms, each put in its place in one step. */
async function writeKey(key: PrivateKey, { pemFile, jwkFile }: Setup): Promise<void> {
  const jwk = JSON.stringify({ ...exportPrivateJwk(key), kid: key.kid, alg: key.alg })
  for (const [file, text] of [
    [pemFile, exportPkcs8Pem(key)],
    [jwkFile, jwk],
  ] as const) {
    await writeFile(`${file}.new`, text, { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

function printTask({ name, what }: Task, results: readonly (Result | undefined)[]): void {
  console.log(`\n${name}: ${what}\n`)
  const columns = ['calls', 'failed', 'token requests', 'refused', 'same assertion again']
  console.log(''.padEnd(24) + columns.map((column) => column.padStart(column.length + 2)).join(''))
  for (const [at, result] of results.entries()) {
    const { name: contender } = CONTENDERS[at] as Contender
    const label = contender.padEnd(24)
    if (result === undefined) {
      console.log(`${label}  can not do it: it knows no DPoP`)
      continue
    }
    const { calls, failures, tokenRequests, refusals, repeated, why } = result
    const cells = [calls, failures, tokenRequests, refusals, repeated].map((value, column) =>
      String(value).padStart((columns[column] as string).length + 2),
    )
    console.log(label + cells.join('') + (why === undefined ? '' : `  ${shortened(why)}`))
  }
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= 90 ? line : `${line.slice(0, 87)}...`
}
