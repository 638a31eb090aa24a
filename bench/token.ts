/**
 * The token endpoint under load: ours with SQLite and durable replay, beside oidc-provider in memory
 * and beside a bare handler that does the same cryptography and the same durable insert. The server has
 * one core and the load another. `npm run bench:token`
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import { pin } from '../packages/server/test/pin.ts'
import { openLoad, tokenForm } from './load.ts'
import { nextMessage, quartiles, spentBy } from './spent.ts'
import {
  type Assignment,
  kindFor,
  type Listening,
  type Pairing,
} from './token-servers/contender.ts'

const PAIRINGS: readonly Pairing[] = [
  { assertions: 'ES256', tokens: 'ES256' },
  { assertions: 'RS256', tokens: 'RS256' },
  { assertions: 'RS256', tokens: 'ES256' },
  { assertions: 'EdDSA', tokens: 'EdDSA' },
]
const CONTENDERS = ['bare', 'keygrant', 'oidc-provider'] as const
type Contender = (typeof CONTENDERS)[number]

/** Requests on their way at once. */
const IN_FLIGHT = 64
/** Until the runtime has compiled what is used. */
const WARM_UP = 15_000
const ROUNDS = 7
/** As many that new connections and a collection of garbage are no more to a round than their share. */
const TOKENS_A_ROUND = 1920
const SERVER_CORE = '0'
const LOAD_CORE = '1'

interface Server {
  readonly contender: Contender
  readonly child: ChildProcess
  readonly listening: Listening
}

/** One contender in one round. */
interface Round {
  /** CPU of the server for each token, in microseconds. */
  readonly cpu: number
  /** The part of the time in which its event loop had work: it waits for nobody at 1. */
  readonly utilization: number
}

type Rounds = Readonly<Record<Contender, readonly Round[]>>

pin(process.pid, LOAD_CORE)
console.log(
  `\nCPU of the server for each token in us, and tokens a CPU-second beside the others: medians of ${ROUNDS} rounds of ${TOKENS_A_ROUND}, with their quartiles; ${IN_FLIGHT} in flight, Node ${process.version}\n`,
)
for (const pairing of PAIRINGS) {
  const folder = await mkdtemp(join(tmpdir(), 'keygrant-bench-'))
  try {
    print(`${pairing.assertions} in, ${pairing.tokens} out`, await compare(pairing, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Each contender in turn, round for round, so that a slow spell of the machine meets all of them. */
async function compare(pairing: Pairing, folder: string): Promise<Rounds> {
  const key = await generateKey(kindFor(pairing.assertions), { alg: pairing.assertions })
  const servers: Server[] = []
  const rounds: Record<Contender, Round[]> = { bare: [], keygrant: [], 'oidc-provider': [] }
  try {
    for (const contender of CONTENDERS) {
      const own = await mkdtemp(join(folder, `${contender}-`))
      const clientJwk = { ...key.publicKey.jwk, kid: key.kid }
      const server = await start(contender, { ...pairing, clientJwk, folder: own })
      servers.push(server)
      for (let left = WARM_UP; left > 0; left -= TOKENS_A_ROUND) await round(server, key)
    }
    for (let turn = 0; turn < ROUNDS; turn++) {
      for (const server of servers) rounds[server.contender].push(await round(server, key))
    }
  } finally {
    for (const { child } of servers) child.kill()
  }
  return rounds
}

async function start(contender: Contender, assignment: Assignment): Promise<Server> {
  const file = fileURLToPath(new URL(`token-servers/${contender}.ts`, import.meta.url))
  const child = fork(file, [JSON.stringify(assignment)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  pin(child.pid as number, SERVER_CORE)
  const listening = (await nextMessage(child)) as Listening
  return { contender, child, listening }
}

async function round({ child, listening }: Server, key: PrivateKey): Promise<Round> {
  const { clientId, audience, scope } = listening
  // Signed and connected before the clock runs.
  const forms = await Promise.all(
    Array.from({ length: TOKENS_A_ROUND }, () => tokenForm({ clientId, audience, key, scope })),
  )
  const load = await openLoad([listening.tokenEndpoint], IN_FLIGHT)
  const before = await spentBy(child)
  await load.send(forms)
  const after = await spentBy(child)
  load.close()
  const active = after.active - before.active
  const idle = after.idle - before.idle
  return { cpu: (after.cpu - before.cpu) / forms.length, utilization: active / (active + idle) }
}

function print(name: string, rounds: Rounds): void {
  console.log(name)
  for (const contender of CONTENDERS) {
    const cpu = rounds[contender].map((each) => each.cpu)
    const [, utilization] = quartiles(rounds[contender].map((each) => each.utilization))
    const busy = `event loop busy ${(utilization * 100).toFixed(0)} %`
    console.log(
      `  ${contender.padEnd(16)}${spread(cpu, 0)}   best ${Math.min(...cpu).toFixed(0)}   ${busy}`,
    )
  }
  for (const other of ['bare', 'oidc-provider'] as const) {
    const ratios = rounds[other].map(({ cpu }, turn) => cpu / (rounds.keygrant[turn] as Round).cpu)
    console.log(`  keygrant gives ${spread(ratios, 2)} times the tokens of ${other}`)
  }
}

function spread(values: readonly number[], digits: number): string {
  const [low, middle, high] = quartiles(values).map((value) => value.toFixed(digits))
  return `${middle} (${low} to ${high})`
}
