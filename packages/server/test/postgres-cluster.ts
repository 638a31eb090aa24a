/**
 * A real PostgreSQL: a cluster of its own in a temporary directory, reached by a Unix socket.
 * @module
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)
const DEBIAN = '/usr/lib/postgresql'
const USER = 'keygrant'

/** Where PostgreSQL's programs are. */
const PROGRAMS = existsSync(DEBIAN)
  ? readdirSync(DEBIAN)
      .map((version) => join(DEBIAN, version, 'bin'))
      .findLast((folder) => existsSync(join(folder, 'initdb')))
  : undefined

/** Why tests with PostgreSQL can't run here, or `false`. */
export const NO_POSTGRES: string | false =
  PROGRAMS === undefined ? `postgresql is not installed in ${DEBIAN}` : false

/** A cluster that runs. */
export interface Postgres {
  /** Everything of it, its socket included. */
  readonly directory: string
  /** Makes an empty database and gives its URL. */
  database(): Promise<string>
  /** Ends it: with `kill` at once, as a crash does. */
  stop(how?: 'kill'): Promise<void>
  start(): Promise<void>
  /** Ends it and removes everything. */
  remove(): Promise<void>
}

/** Makes a cluster and starts it. PostgreSQL does not run as root, so that its own user has it then. */
export async function startPostgres(): Promise<Postgres> {
  const directory = await mkdtemp(join(tmpdir(), 'keygrant-pg-'))
  const data = join(directory, 'data')
  await mkdir(data)
  const identity = await unprivileged()
  if (identity !== undefined) {
    for (const path of [directory, data]) await chown(path, identity.uid, identity.gid)
  }
  const options = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
  await run(program('initdb'), options, { ...identity, cwd: directory })
  let server: ChildProcess | undefined
  let databases = 0
  const url = (name: string): string =>
    `postgresql://${USER}@/${name}?host=${encodeURIComponent(directory)}`
  const administer = async (sql: string): Promise<void> => {
    const client = new pg.Client(url('postgres'))
    try {
      await client.connect()
      await client.query(sql)
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  const start = async (): Promise<void> => {
    const settings = ['-k', directory, '-h', '', '-c', 'max_connections=60']
    const own = spawn(program('postgres'), ['-D', data, ...settings], {
      ...identity,
      cwd: directory,
      stdio: 'ignore',
    })
    server = own
    while (own.exitCode === null && own.signalCode === null) {
      const isUp = await administer('SELECT 1').then(
        () => true,
        () => false,
      )
      if (isUp) return
      await setTimeout(50)
    }
    throw new Error(`PostgreSQL ended at its start with ${own.exitCode ?? own.signalCode}`)
  }
  const stop = async (how?: 'kill'): Promise<void> => {
    const own = server
    server = undefined
    if (own === undefined || own.exitCode !== null) return
    const exit = new Promise((resolve) => own.once('exit', resolve))
    // An immediate stop: nothing is flushed, and the next start recovers.
    own.kill(how === 'kill' ? 'SIGQUIT' : 'SIGINT')
    await exit
  }
  await start()
  return {
    directory,
    async database() {
      const name = `keygrant_${++databases}`
      await administer(`CREATE DATABASE ${name}`)
      return url(name)
    },
    start,
    stop,
    async remove() {
      await stop('kill')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL does not run as root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const id = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

function program(name: string): string {
  return join(PROGRAMS as string, name)
}
