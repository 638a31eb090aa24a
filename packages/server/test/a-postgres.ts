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
