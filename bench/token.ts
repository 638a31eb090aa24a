/**
 * The token endpoint under load: ours with SQLite and durable replay, beside oidc-provider in memory
 * and beside a bare handler that does the same cryptography and the same durable insert. The server has
 * one core and the load another. `npm run bench:token`
 * @module
 */

import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { Agent, request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
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
      await load(server.listening, await bodies(server.listening, key, WARM_UP))
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [contender, { child, listening }] of servers) {
        const forms = await bodies(listening, key, TOKENS_A_ROUND)
        const before = await cpuOf(child)
        await load(listening, forms)
        const each = ((await cpuOf(child)) - before) / forms.length
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

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  return ((await nextMessage(child)) as { cpu: number }).cpu
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
}

/** Token requests, signed before the clock runs. */
async function bodies(at: Listening, key: PrivateKey, count: number): Promise<Buffer[]> {
  const made: Buffer[] = []
  for (let index = 0; index < count; index++) {
    const assertion = await signAssertion({}, key, {
      clientId: at.clientId,
      audience: at.audience,
      lifetimeSeconds: 300,
    })
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: at.scope,
    })
    made.push(Buffer.from(form.toString()))
  }
  return made
}

/** Sends each form once, {@link IN_FLIGHT} at a time; every one must get a token. */
async function load({ tokenEndpoint }: Listening, forms: readonly Buffer[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })
  let next = 0
  const sender = async (): Promise<void> => {
    for (let form = forms[next++]; form !== undefined; form = forms[next++]) {
      await post(tokenEndpoint, form, agent)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender))
  agent.destroy()
}

function post(url: string, form: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': form.length,
    }
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve()
        else
          reject(
            new Error(`${url} answered ${answer.statusCode}: ${Buffer.concat(chunks).toString()}`),
          )
      })
    })
    sent.on('error', reject)
    sent.end(form)
  })
}

function pin(pid: number, core: string): void {
  execFileSync('taskset', ['-a', '-p', '-c', core, String(pid)], { stdio: 'ignore' })
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
