/**
 * A server in a process of its own: `child-server.ts DIRECTORY`. Prints one line of JSON when it listens.
 * @module
 */
import Database from 'libsql'
import { createAuthorizationServer, openDataDirectory, prepareOperator } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'

const issuer = 'http://127.0.0.1:8400'
const directory = await openDataDirectory(process.argv[2] as string)
const storage = openSqliteStorage(new Database(directory.databaseFile))
const operator = await prepareOperator({ directory, storage, issuer })
const server = await createAuthorizationServer({
  issuer,
  storage,
  signingKeys: directory.signingKeys,
})
process.once('SIGTERM', () => {
  void server.close().then(() => storage.close())
})
const { url } = await server.listen({ port: 0 })
process.stdout.write(`${JSON.stringify({ ...operator, url })}\n`)
