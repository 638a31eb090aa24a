/**
 * `keygrant bench`: what this machine and its store bear.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import {
  type AuthorizationServer,
  createAuthorizationServer,
  generateSigningKeys,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { labelled } from '../../columns.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { resolveDataDirectory } from '../../data-directory.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openPassingPostgres, parseDatabaseUrl, type PassingStore } from '../../postgres.ts'
import { shortPath } from '../../shell.ts'
import { loadSqlite } from '../../sqlite.ts'
import { measure } from './measure.ts'
import { findBound } from './verdict.ts'

/** Flags of `keygrant bench`. */
export interface BenchFlags {
  readonly data?: string
  readonly database?: string
  readonly seconds: number
  readonly json?: boolean
}

const ISSUER = 'http://127.0.0.1:8400'
const CLIENT_ID = '0oabench'
const SCOPE = 'okta.apps.read'
const MANY = 64
/** Of the requests: a few are slow on a machine that has something else to do. */
const MOST_UNPROVED = 0.1

/** Measures, and says what bounds the tokens of this machine. */
export async function bench(this: CliContext, flags: BenchFlags): Promise<void> {
  const { output } = this
  const { seconds } = flags
  const store = await openStore(this, flags)
  try {
    const { storage } = store
    const proof = async () => ({ replayKey: randomBytes(32), expiresAt: soon() })
    const record = storage.replay.recordOnce
    output.note(`measuring for about ${seconds * 4} seconds`)
    const alone = await measure({ seconds, inFlight: 1 }, proof, record)
    const many = await measure({ seconds, inFlight: MANY }, proof, record)
    const tokens = await measureTokens(storage, seconds)
    const cores = availableParallelism()
    const verdict = findBound({
      cores,
      tokenMicroseconds: tokens.cpuMicroseconds,
      proofsPerSecond: many.perSecond,
    })
    const { bound, tokensPerSecond, tokensPerSecondPerCore } = verdict
    const proofMilliseconds = 1000 / alone.perSecond
    if (flags.json === true) {
      output.json({
        node: process.version,
        cores,
        tokenCpuMicroseconds: Math.round(tokens.cpuMicroseconds),
        tokensPerSecondPerCore: Math.round(tokensPerSecondPerCore),
        store: store.kind,
        proofsPerSecond: Math.round(many.perSecond),
        proofMilliseconds: Number(proofMilliseconds.toFixed(3)),
        bound,
        tokensPerSecond: Math.round(tokensPerSecond),
      })
      return
    }
    const workers = cores === 1 ? 'one process' : `--workers ${cores}`
    const rows = labelled(
      [
        ['Processor', `${cores} cores, Node ${process.version}`],
        [
          'Token',
          `${count(tokens.cpuMicroseconds)} us of CPU: ${count(tokensPerSecondPerCore)} a second on one core`,
        ],
        ['Store', `${store.name}: ${count(many.perSecond)} proofs of single use a second`],
        [store.wait, `${proofMilliseconds.toFixed(2)} ms for a proof that nobody shares`],
        ['Bound', `the ${bound}: about ${count(tokensPerSecond)} tokens a second with ${workers}`],
      ],
      output.colors.dim,
    )
    for (const row of rows) output.line(row)
  } finally {
    await store.remove()
  }
}

/** The store that is measured, which is there for that alone. */
interface MeasuredStore extends PassingStore {
  readonly kind: 'sqlite' | 'postgresql'
  readonly name: string
  /** What a lone proof waits for. */
  readonly wait: string
}

async function openStore({ env }: CliContext, flags: BenchFlags): Promise<MeasuredStore> {
  if (flags.database !== undefined) {
    const name = `PostgreSQL at ${parseDatabaseUrl(flags.database).shown}`
    const passing = await openPassingPostgres(flags.database)
    return { ...passing, kind: 'postgresql', name, wait: 'Database' }
  }
  const data = resolveDataDirectory(flags.data, env)
  const folder = await makeFolder(existsSync(data) ? data : dirname(data))
  const name = `SQLite on the disk of ${shortPath(dirname(folder))}`
  try {
    const openSqlite = await loadSqlite()
    const storage = openSqliteStorage(openSqlite(join(folder, 'bench.db')))
    const remove = async (): Promise<void> => {
      await storage.close()
      await rm(folder, { recursive: true, force: true })
    }
    return { storage, remove, kind: 'sqlite', name, wait: 'Disk' }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Tokens as a server gives them: ES256 in, ES256 out, the proof durable, the audit log written. */
async function measureTokens(storage: Storage, seconds: number) {
  const key = await generateKey({ kty: 'EC', crv: 'P-256' })
  await register(storage, key)
  const server = await createAuthorizationServer({
    issuer: ISSUER,
    storage,
    signingKeys: (await generateSigningKeys()).keys,
    limits: { tokensPerMinute: 0 },
  })
  let asked = 0
  let unproved = 0
  try {
    const measured = await measure(
      { seconds, inFlight: MANY },
      () => requestBody(key),
      async (body) => {
        asked++
        if (!(await requestToken(server, body))) unproved++
      },
    )
    if (unproved <= asked * MOST_UNPROVED) return measured
    throw new CommandError(
      ExitCode.environment,
      `the store is too slow: ${unproved} of ${asked} requests had no proof of single use in time`,
      'see what else this machine, its disk or the database does, and measure again',
    )
  } finally {
    await server.close()
  }
}

async function requestBody(key: PrivateKey): Promise<string> {
  const claims = { clientId: CLIENT_ID, audience: ISSUER, lifetimeSeconds: 300 }
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion({}, key, claims),
    scope: SCOPE,
  }).toString()
}

/** Whether there was a token; `false` when the store proved nothing in time. */
async function requestToken(server: AuthorizationServer, body: string): Promise<boolean> {
  const { status } = await server.inject({
    method: 'POST',
    url: '/oauth2/v1/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  if (status === 200 || status === 503) return status === 200
  throw new CommandError(
    ExitCode.environment,
    `the server that is measured answered with ${status}`,
    'this is a fault of keygrant; please report it',
  )
}

async function register(storage: Storage, { publicKey }: PrivateKey): Promise<void> {
  const created = Date.now()
  const stamps = { created, lastUpdated: created }
  await storage.serviceApps.change({ clientId: CLIENT_ID, actorId: CLIENT_ID }, () => ({
    next: {
      ...stamps,
      clientId: CLIENT_ID,
      label: 'bench',
      status: 'ACTIVE',
      tokensNotBefore: 0,
      keys: [{ ...stamps, id: 'pksbench', jwk: publicKey.jwk, status: 'ACTIVE' }],
      grants: [{ id: 'oagbench', scope: SCOPE, created, createdBy: CLIENT_ID }],
      roles: [{ id: 'ra1bench', role: 'READ_ONLY_ADMIN', created }],
    },
    audit: [],
    answer: undefined,
  }))
}

/** A folder on the disk that is measured. */
async function makeFolder(parent: string): Promise<string> {
  try {
    return await mkdtemp(join(parent, 'bench-'))
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `no folder can be made in ${shortPath(parent)} (${systemErrorCode(error) ?? 'unknown reason'})`,
      'name a directory that this user may write with --data',
    )
  }
}

function soon(): number {
  return Math.floor(Date.now() / 1000) + 300
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
