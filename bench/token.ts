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
import { cpuOf, load, nextMessage, pin, tokenForm } from './load.ts'
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
const IN_FLIGHT = 32
const WARM_UP = 1500
const ROUNDS = 12
const TOKENS_A_ROUND = 500
const SERVER_CORE = '0'
const LOAD_CORE = '1'

interface Server {
  readonly child: ChildProcess
  readonly listening: Listening
}

pin(process.pid, LOAD_CORE)
const figures = new Map<string, ReadonlyMap<Contender, number>>()
for (const pairing of PAIRINGS) {
  const folder = await mkdtemp(join(tmpdir(), 'keygrant-bench-'))
  try {
    figures.set(`${pairing.assertions} in, ${pairing.tokens} out`, await compare(pairing, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
printFigures(figures)

/** The best round of each contender, in turn, in microseconds of CPU for each token. */
async function compare(pairing: Pairing, folder: string): Promise<ReadonlyMap<Contender, number>> {
  const key = await generateKey(kindFor(pairing.assertions), { alg: pairing.assertions })
  const servers = new Map<Contender, Server>()
  const best = new Map<Contender, number>()
  try {
    for (const contender of CONTENDERS) {
      const own = await mkdtemp(join(folder, `${contender}-`))
      const assignment: Assignment = {
        ...pairing,
        clientJwk: { ...key.publicKey.jwk, kid: key.kid },
        folder: own,
      }
      const server = await start(contender, assignment)
      servers.set(contender, server)
      await send(server, await bodies(server.listening, key, WARM_UP))
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [contender, server] of servers) {
        const forms = await bodies(server.listening, key, TOKENS_A_ROUND)
        const before = await cpuOf(server.child)
        await send(server, forms)
        const each = ((await cpuOf(server.child)) - before) / forms.length
        best.set(contender, Math.min(best.get(contender) ?? Infinity, each))
      }
    }
  } finally {
    for (const { child } of servers.values()) child.kill()
  }
  return best
}

async function start(contender: Contender, assignment: Assignment): Promise<Server> {
  const file = fileURLToPath(new URL(`token-servers/${contender}.ts`, import.meta.url))
  const child = fork(file, [JSON.stringify(assignment)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  pin(child.pid as number, SERVER_CORE)
  return { child, listening: (await nextMessage(child)) as Listening }
}

function send({ listening }: Server, forms: readonly Buffer[]): Promise<void> {
  return load([listening.tokenEndpoint], forms, IN_FLIGHT)
}

/** Token requests, signed before the clock runs. */
function bodies(at: Listening, key: PrivateKey, count: number): Promise<Buffer[]> {
  const { clientId, audience, scope } = at
  return Promise.all(
    Array.from({ length: count }, () => tokenForm({ clientId, audience, key, scope })),
  )
}

function printFigures(table: ReadonlyMap<string, ReadonlyMap<Contender, number>>): void {
  console.log(
    `\nCPU of the server for each token in us, best of ${ROUNDS} rounds of ${TOKENS_A_ROUND}, ${IN_FLIGHT} in flight, Node ${process.version}\n`,
  )
  const cell = (text: string): string => text.padStart(18)
  console.log(''.padEnd(22) + [...CONTENDERS, 'of bare', 'x oidc-provider'].map(cell).join(''))
  for (const [name, best] of table) {
    const us = (contender: Contender): number => best.get(contender) ?? Number.NaN
    const ours = us('keygrant')
    const cells = [
      ...CONTENDERS.map((contender) => us(contender).toFixed(0)),
      (us('bare') / ours).toFixed(2),
      (us('oidc-provider') / ours).toFixed(2),
    ]
    console.log(name.padEnd(22) + cells.map(cell).join(''))
  }
}
