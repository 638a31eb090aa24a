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
  /** Dumps a database as it is, restores the dump into another one, and gives the URL of that. */
  dumpAndRestore(url: string): Promise<string>
  /** Ends it: with `kill` at once, as a crash does. */
  stop(how?: 'kill'): Promise<void>
  start(): Promise<void>
  /** Starts a copy of it that follows it, and makes each commit wait for that one's disk too. */
  startStandby(): Promise<Standby>
  /** Ends it and removes everything. */
  remove(): Promise<void>
}

/** A cluster that follows another one. */
export interface Standby extends Postgres {
  /** Makes it one that can be written, and gives the URL that a database of the other one has here. */
  takeOver(url: string): Promise<string>
}

/** Makes a cluster and starts it. */
export function startPostgres(): Promise<Postgres> {
  return startCluster((data, { identity, directory }) => {
    const options = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N']
    return run(program('initdb'), options, { ...identity, cwd: directory })
  })
}

/** Who runs a cluster, and where. */
interface Place {
  /** PostgreSQL does not run as root, so that its own user has it then. */
  readonly identity: { readonly uid: number; readonly gid: number } | undefined
  readonly directory: string
}

async function startCluster(
  make: (data: string, place: Place) => Promise<unknown>,
): Promise<Standby> {
  const directory = await mkdtemp(join(tmpdir(), 'keygrant-pg-'))
  const data = join(directory, 'data')
  await mkdir(data, 0o700)
  const identity = await unprivileged()
  if (identity !== undefined) {
    for (const path of [directory, data]) await chown(path, identity.uid, identity.gid)
  }
  await make(data, { identity, directory })
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

  const database = async (): Promise<string> => {
    const name = `keygrant_${++databases}`
    await administer(`CREATE DATABASE ${name}`)
    return url(name)
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
    database,
    async dumpAndRestore(of) {
      const [to, file] = [await database(), join(directory, 'dump')]
      await run(program('pg_dump'), ['-Fc', '-f', file, of])
      await run(program('pg_restore'), ['-d', to, file])
      return to
    },
    start,
    stop,
    async startStandby() {
      const standby = await startCluster((copy, own) => {
        const from = ['-h', directory, '-U', USER, '-c', 'fast', '-R', '-N']
        const options = { ...own.identity, cwd: own.directory }
        return run(program('pg_basebackup'), [...from, '-D', copy], options)
      })
      await administer(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
      await administer('SELECT pg_reload_conf()')
      const isFollowed = `DO $$ BEGIN
        WHILE NOT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync') LOOP
          PERFORM pg_sleep(0.05), pg_stat_clear_snapshot();
        END LOOP;
      END $$`
      await administer(isFollowed)
      return standby
    },
    async takeOver(of) {
      await administer('SELECT pg_promote()')
      // No URL as others read it: the host is empty.
      return url(/@\/(\w+)/.exec(of)?.[1] as string)
    },
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
