/**
 * Keygrant on a data directory that is there already, and what it says about itself. `bench/storage.ts`
 * @module
 */

import Database from 'libsql'
import {
  createAuthorizationServer,
  importSigningKeys,
  type SigningKeys,
  type Storage,
} from '@keygrant/server'
import { openPostgresStorage, POSTGRES_CONNECTIONS } from '@keygrant/server/storage/postgres'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import pg from 'pg'
import { keepObjectsYoung } from '../packages/cli/src/commands/serve/heap.ts'
import { tellSpent } from './spent.ts'

// As `keygrant serve` does.
keepObjectsYoung()
const [issuer = '', keys = '', store = ''] = process.argv.slice(2)
const signingKeys: SigningKeys = await importSigningKeys(keys)
const storage: Storage = store.startsWith('postgres')
  ? await openPostgresStorage(new pg.Pool({ connectionString: store, max: POSTGRES_CONNECTIONS }))
  : openSqliteStorage(new Database(store))
const server = await createAuthorizationServer({
  issuer,
  storage,
  signingKeys,
  limits: { tokensPerMinute: 0 },
})
tellSpent()
const { url } = await server.listen({ port: 0 })
process.send?.({ tokenEndpoint: `${url}/oauth2/v1/token` })
