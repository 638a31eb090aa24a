/**
 * Several server processes on one store.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'
import Database from 'libsql'
import { generateSigningKeys, type Storage } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { aPostgres, aPostgresStorage } from '../a-postgres.ts'
import { NO_POSTGRES } from '../postgres-cluster.ts'
import { buildProgram } from '../program.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import type { HoldUps, Instruction, NodeOrder, NodeState, StoreOrder, Vitals } from './node.ts'

/** The long form goes on for minutes and is run by hand: `npm run test:faults`. */
export const IS_LONG = process.env['KEYGRANT_FAULTS'] === 'long'

/** The stores that faults are tried on, and why one can't be here. `STORES=sqlite` narrows a run by hand. */
export const STORES = (
  [
    { name: 'SQLite', kind: 'sqlite', skip: false },
    { name: 'PostgreSQL', kind: 'postgres', skip: NO_POSTGRES },
  ] as const
).filter(({ kind }) => (process.env['STORES'] ?? kind).split(',').includes(kind))

const NODE = fileURLToPath(new URL('node.ts', import.meta.url))
/** Migrations of the next version. */
const NEXT = fileURLToPath(new URL('next-version', import.meta.url))
const PATIENCE_MS = 20_000

/** An answer, or none. */
export interface Answer {
  readonly status: number | 'lost'
  /** Why there is none. */
  readonly lostBy?: string
  readonly text: string
  /** NumericDate of its header `Retry-After`, when it has one. */
  readonly retryAfter: string | undefined
}

/** A server process. */
export interface Node {
  readonly url: string
  readonly process: ChildProcess
  /** Everything that it logged. */
  log(): string
  /** Resolves to an answer in any case: `lost` when the connection broke. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  behave(state: Partial<NodeState>): Promise<void>
  maintain(): Promise<void>
  /** Lets it finish what it accepted, and waits for its end. */
  stop(): Promise<void>
  longestTurnMs(): Promise<number>
  /** The longest turn since it was asked before, and the longest wait for the disk in it or in another. */
  holdUps(): Promise<HoldUps>
  /** With all garbage collected before, when asked to. */
  vitals(isCollected: boolean): Promise<Vitals>
  /** Ends it at once, and waits for that. */
  kill(): Promise<void>
  /** Resolves when it is gone. */
  gone(): Promise<void>
}

/** The version of the program of a node: as it is here, or the next one, whose store has one more migration. */
export type NodeVersion = 'current' | 'next'

/** Servers that share a store. */
export interface Fleet {
  readonly issuer: string
  readonly store: StoreOrder
  /** The store as the test sees it, past the servers. */
  readonly storage: Storage
  readonly nodes: Node[]
  /** Starts one more. */
  start(order?: Partial<NodeOrder>, version?: NodeVersion): Promise<Node>
}

/** Starts servers on a new store. */
export async function aFleet(
  t: TestContext,
  kind: StoreOrder['kind'],
  count: number,
  changes: Partial<NodeOrder> = {},
): Promise<Fleet> {
  const store = changes.store ?? (await aStore(t, kind))
  const storage = await openStore(t, store)
  const issuer = 'http://127.0.0.1:8400'
  const signingKeys = JSON.stringify((await generateSigningKeys()).privateJwkSet)
  const start = async (
    order: Partial<NodeOrder> = {},
    version: NodeVersion = 'current',
  ): Promise<Node> => {
    const rest = { isDeaf: false, connections: 8, ...changes, ...order }
    return startNode(t, { store, issuer, signingKeys, ...rest }, version)
  }
  const nodes = await Promise.all(Array.from({ length: count }, () => start()))
  return { issuer, store, storage, nodes, start }
}

async function aStore(t: TestContext, kind: StoreOrder['kind']): Promise<StoreOrder> {
  return kind === 'sqlite'
    ? { kind, file: join(await temporaryDirectory(t), 'keygrant.db') }
    : { kind, url: await (await aPostgres()).database() }
}

/** Opens a store in the process of the test. */
export async function openStore(t: TestContext, store: StoreOrder): Promise<Storage> {
  if (store.kind === 'postgres') return aPostgresStorage(t, store.url)
  const storage = openSqliteStorage(new Database(store.file))
  t.after(() => storage.close())
  return storage
}

const built = new Map<NodeVersion, Promise<string>>()

/** Puts the migrations of the next version in place of those that are here. */
const NEXT_VERSION: Plugin = {
  name: 'next version',
  setup(build) {
    build.onResolve({ filter: /-schema\.ts$/ }, ({ path, importer }) =>
      importer.startsWith(NEXT) ? undefined : { path: join(NEXT, basename(path)) },
    )
  },
}

/** A fleet starts many. */
function buildNode(version: NodeVersion): Promise<string> {
  return buildProgram(NODE, version === 'next' ? [NEXT_VERSION] : [])
}

interface FromNode {
  readonly url: string
  readonly answer?: unknown
  readonly error?: string
}

/** Starts a server process. */
export async function startNode(
  t: TestContext,
  order: NodeOrder,
  version: NodeVersion = 'current',
): Promise<Node> {
  const program = built.get(version) ?? buildNode(version)
  built.set(version, program)
  const child = fork(await program, [JSON.stringify(order)], {
    execArgv: ['--expose-gc'],
    // JSON has no way to say undefined.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const exit = once(child, 'exit')
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  t.after(async () => {
    agent.destroy()
    child.kill('SIGKILL')
    await exit
  })
  const message = (): Promise<FromNode> =>
    Promise.race([
      once(child, 'message').then(([content]) => content as FromNode),
      exit.then(() => {
        throw new Error(`the node is gone: ${log}`)
      }),
    ])
  const { url } = await message()
  let instructed: Promise<unknown> = Promise.resolve()
  const instruct = (instruction: Instruction): Promise<unknown> => {
    const mine = instructed.then(async () => {
      child.send(instruction)
      const { answer, error } = await message()
      if (error !== undefined) throw new Error(error)
      return answer
    })
    instructed = mine.catch(() => undefined)
    return mine
  }
  const gone = async (): Promise<void> => {
    await exit
  }
  return {
    url,
    process: child,
    log: () => log,
    call: (method, path, body = '', headers = {}) =>
      new Promise((resolve) => {
        let hasTimedOut = false
        const lost = ({ code, message }: NodeJS.ErrnoException): void => {
          const lostBy = hasTimedOut ? `no answer for ${PATIENCE_MS / 1000} s` : (code ?? message)
          resolve({ status: 'lost', lostBy, text: '', retryAfter: undefined })
        }
        const sent = request(
          `${url}${path}`,
          {
            method,
            agent,
            timeout: PATIENCE_MS,
            headers: { ...headers, 'content-length': Buffer.byteLength(body) },
          },
          (answer) => {
            const chunks: Buffer[] = []
            answer.on('data', (chunk: Buffer) => chunks.push(chunk))
            answer.on('error', lost)
            answer.on('end', () =>
              resolve({
                status: answer.statusCode as number,
                text: Buffer.concat(chunks).toString(),
                retryAfter: answer.headers['retry-after'],
              }),
            )
          },
        )
        sent.on('timeout', () => {
          hasTimedOut = true
          sent.destroy()
        })
        sent.on('error', lost)
        sent.end(body)
      }),
    behave: async (state) => {
      await instruct({ kind: 'state', state })
    },
    maintain: async () => {
      await instruct({ kind: 'maintain' })
    },
    vitals: async (isCollected) => (await instruct({ kind: 'vitals', isCollected })) as Vitals,
    stop: async () => {
      await instruct({ kind: 'stop' })
      child.disconnect()
      await exit
    },
    longestTurnMs: async () => ((await instruct({ kind: 'hold-ups' })) as HoldUps).turnMs,
    holdUps: async () => (await instruct({ kind: 'hold-ups' })) as HoldUps,
    kill: async () => {
      child.kill('SIGKILL')
      await exit
    },
    gone,
  }
}

/** Posts a form to the token endpoint of a node. */
export function postForm(node: Node, form: string): Promise<Answer> {
  return node.call('POST', '/oauth2/v1/token', form, {
    'content-type': 'application/x-www-form-urlencoded',
  })
}
