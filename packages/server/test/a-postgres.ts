/**
 * The PostgreSQL of a test file, and stores in it.
 * @module
 */
import { after, type TestContext } from 'node:test'
import pg from 'pg'
import type { Storage } from '@keygrant/server'
import { openPostgresStorage, POSTGRES_CONNECTIONS } from '@keygrant/server/storage/postgres'
import { type Postgres, startPostgres } from './postgres-cluster.ts'

let cluster: Promise<Postgres> | undefined

// Here, and not where it is made: that happens inside of a test, and the cluster outlives it.
after(async () => {
  await (await cluster)?.remove()
})

/** The cluster of a test file, which ends with it. */
export function aPostgres(): Promise<Postgres> {
  cluster ??= startPostgres()
  return cluster
}

let emptied: Promise<string> | undefined

/**
 * The one database of a test file that is emptied for each test: making one takes longer than most tests, and recovering
 * from a crash as long as there are databases.
 */
export async function anEmptyDatabase(): Promise<string> {
  emptied ??= aPostgres().then((postgres) => postgres.database())
  const url = await emptied
  const client = new pg.Client(url)
  await client.connect()
  await client.query('DROP SCHEMA IF EXISTS keygrant CASCADE')
  await client.end()
  return url
}

/** A pool on a database. */
export function aPool(url: string, max = POSTGRES_CONNECTIONS): pg.Pool {
  return new pg.Pool({ connectionString: url, max })
}

/** A store in a database. */
export async function aPostgresStorage(t: TestContext, url: string): Promise<Storage> {
  const storage = await openPostgresStorage(aPool(url))
  t.after(() => storage.close())
  return storage
}
