/**
 * The authorization server for tests: nothing of it is imitated, only its clock and its network are.
 * @module
 */

import { generateKey } from '@keygrant/core/keys'
import { operatorRegistration } from '../data-directory.ts'
import { newIdentifier } from '../identifiers.ts'
import {
  type AuthorizationServerOptions,
  createAuthorizationServer,
  generateSigningKeys,
  type Storage,
} from '../index.ts'
import { publishedJwkSet } from '../signing-keys.ts'
import { openSqliteStorage, type SqliteDatabase } from '../storage/sqlite.ts'
import { createTestClock, type TestClock } from './clock.ts'
import { createFaultQueue, type Faults } from './faults.ts'
import { listen, type TlsFiles } from './front.ts'
import { openMemoryDatabase } from './memory-database.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { addServiceApp, type TestServiceApp, type TestServiceAppOptions } from './service-apps.ts'

/** Options of {@link startTestServer}: those of the server, and a few for tests. */
export interface TestServerOptions extends Partial<
  Omit<AuthorizationServerOptions, 'storage' | 'clock' | 'tls' | 'watch'>
> {
  /**
   * Where the clock stands, in milliseconds since 1970. Default: it runs with the clock of this machine.
   */
  readonly now?: number
  /** Certificate and private key, in PEM, to speak TLS. Default: plain HTTP. */
  readonly tls?: TlsFiles
  /**
   * An empty SQLite database, which the server closes. Default: one in memory, with the SQLite that is
   * built into Node 22.13 and later.
   */
  readonly database?: SqliteDatabase
}

/** An authorization server that runs for a test. */
export interface TestServer {
  /** Its issuer identifier: where it listens, unless the options name another. */
  readonly issuer: string
  /** Where it listens, on a free port of 127.0.0.1. */
  readonly url: string
  readonly tokenEndpoint: string
  readonly clock: TestClock
  readonly faults: Faults
  /** Every request that came, the oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** Empties {@link TestServer.requests}. */
  forgetRequests(): void
  /** Adds a service app with a key and scopes. */
  addServiceApp(options?: TestServiceAppOptions): Promise<TestServiceApp>
  /** The store, to look into or to change without the admin API. */
  readonly storage: Storage
  /** Stops it at once, and forgets everything. */
  close(): Promise<void>
}

/**
 * Starts the real authorization server, with everything in memory, on a free port of 127.0.0.1.
 *
 * Does not protect anything: everyone on this machine can reach it. It is for tests alone.
 *
 * @throws {@link OptionsError} for options that the server refuses; `Error` when Node has no SQLite and none is given.
 * @example
 * ```ts
 * const server = await startTestServer({ profile: 'strict' })
 * const app = await server.addServiceApp({ scopes: ['okta.apps.read'] })
 * server.faults.next('429', { retryAfter: 1 })
 * // … the client under test asks server.issuer as app.clientId with app.key …
 * await server.close()
 * ```
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { now, tls, database, ...serverOptions } = options
  const clock = createTestClock(now)
  const faults = createFaultQueue()
  const requests: RecordedRequest[] = []
  const signingKeys = serverOptions.signingKeys ?? (await generateSigningKeys()).keys
  const wrongJwkSet = publishedJwkSet((await generateSigningKeys()).keys)
  const storage = openSqliteStorage(database ?? (await openMemoryDatabase()))
  // The issuer names the port, so the front listens first.
  const front = await listen(tls)
  try {
    const issuer = serverOptions.issuer ?? front.url
    const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    const clientId = newIdentifier('0oa')
    await storage.serviceApps.change({ clientId, actorId: clientId }, () =>
      operatorRegistration(clientId, key.publicKey, clock.now()),
    )
    const server = await createAuthorizationServer({
      ...serverOptions,
      issuer,
      storage,
      signingKeys,
      clock: clock.now,
    })
    const answer = server.inject.bind(server)
    front.open({ clock, faults, requests, wrongJwkSet, answer })
    const operator = { issuer, clientId, signer: key, now: clock.now, answer }
    return {
      issuer,
      url: front.url,
      tokenEndpoint: `${issuer}/oauth2/v1/token`,
      clock,
      faults,
      requests,
      forgetRequests: () => void requests.splice(0),
      addServiceApp: (app) => addServiceApp(operator, app),
      storage,
      async close() {
        await front.close()
        await server.close()
        await storage.close()
      },
    }
  } catch (error) {
    await front.close()
    await storage.close()
    throw error
  }
}
