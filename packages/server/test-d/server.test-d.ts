/**
 * What the compiler refuses: options that are not there, decisions that forget the audit log, and
 * database clients of another shape.
 * @module
 */

import {
  type AuthorizationServer,
  createAuthorizationServer,
  type Decision,
  type ServiceApp,
  type SigningKeys,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage, type SqliteDatabase } from '@keygrant/server/storage/sqlite'
import Database from 'libsql'

type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_T extends true>(): void => undefined

declare const storage: Storage
declare const signingKeys: SigningKeys
declare const app: ServiceApp
const issuer = 'https://auth.example'

const server = await createAuthorizationServer({ issuer, storage, signingKeys })
holds<Equals<typeof server, AuthorizationServer>>()

// @ts-expect-error a server has an issuer
void createAuthorizationServer({ storage, signingKeys })
// @ts-expect-error there are two profiles
void createAuthorizationServer({ issuer, storage, signingKeys, profile: 'lax' })
// @ts-expect-error misspelt options are found
void createAuthorizationServer({ issuer, storage, signingKeys, isDevelopement: true })

// libsql has the shape that is asked for.
const client: SqliteDatabase = new Database(':memory:')
holds<Equals<ReturnType<typeof openSqliteStorage>, Storage>>()
void openSqliteStorage(client)
// @ts-expect-error a file name is no database client
void openSqliteStorage('keygrant.db')

// @ts-expect-error a decision says what goes into the audit log
const decision: Decision<undefined> = { next: app, answer: undefined }
void decision
// @ts-expect-error records are not changed in place
app.status = 'ACTIVE'
const subjects = { clientId: 'a', actorId: 'b' }
const answer = await storage.serviceApps.change(subjects, () => ({
  next: app,
  audit: [],
  answer: 7 as const,
}))
holds<Equals<typeof answer, 7>>()
void storage.serviceApps.change(
  subjects,
  // @ts-expect-error a decision is synchronous: nothing else runs in its transaction
  async () => ({ next: app, audit: [], answer: 7 }),
)
