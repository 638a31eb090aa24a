/**
 * The keys of one service app as a rotation sees them.
 * @module
 */

import { importPublicJwk, jwkThumbprint, type PublicJwk } from '@keygrant/core/keys'
import type { AdminApi, AppKey, LogEntry, Status } from '../../admin-api.ts'
import { AdminRefusal } from '../../admin-call.ts'
import type { RotatedKey } from './rotation-files.ts'

/** A key that is registered. */
export interface RegisteredKey {
  readonly id: string
  readonly kid: string
  readonly status: Status
  readonly thumbprint: string
}

/** When a key was used, as the server has noted it. */
export interface KeyUse {
  readonly count: number
  /** Milliseconds since 1970. */
  readonly lastUsedAt: number | undefined
}

/** The keys of one app. */
export interface KeyRegistry {
  list(): Promise<readonly RegisteredKey[]>
  add(jwk: PublicJwk): Promise<RegisteredKey>
  setStatus(keyId: string, status: Status): Promise<void>
  remove(keyId: string): Promise<void>
  /** Whether keys can be deleted, and not only deactivated. */
  readonly canDelete: boolean
  /** A scope that the app may ask for. */
  grantedScope(): Promise<string | undefined>
  /**
   * What has come since the last call; the first one looks back to a time. `undefined` when the server
   * does not tell who may ask.
   */
  readUse(key: RotatedKey, since: number): Promise<KeyUse | undefined>
}

const TOKEN_ISSUED = 'app.oauth2.token.grant.access_token'
const PAGE_SIZE = 200
/** Far more than can come between two looks at a service that anybody rotates keys of. */
const MAX_ENTRIES = 200_000

/** The keys of an app through the admin API. */
export function createKeyRegistry(api: AdminApi, clientId: string): KeyRegistry {
  let newestSeen: string | undefined
  let use: KeyUse = { count: 0, lastUsedAt: undefined }
  return {
    canDelete: true,
    list: async () => Promise.all((await api.listKeys(clientId)).map(readKey)),
    add: async (jwk) => readKey(await api.addKey(clientId, jwk).send()),
    setStatus: async (keyId, status) => {
      await api.setKeyStatus(clientId, keyId, status).send()
    },
    remove: async (keyId) => {
      await api.deleteKey(clientId, keyId).send()
    },
    async grantedScope() {
      try {
        return (await api.listGrants(clientId))[0]?.scopeId
      } catch (error) {
        if (isWithheld(error)) return undefined
        throw error
      }
    },
    async readUse({ kid }, since) {
      const filter = `target.id eq "${clientId}" and eventType eq "${TOKEN_ISSUED}"`
      let newest: string | undefined
      let read = 0
      try {
        scan: for await (const page of api.readLog({ filter, pageSize: PAGE_SIZE })) {
          for (const entry of page) {
            newest ??= entry.uuid
            const at = Date.parse(entry.published)
            if (entry.uuid === newestSeen || at < since || ++read > MAX_ENTRIES) break scan
            if (kidOf(entry) !== kid) continue
            use = { count: use.count + 1, lastUsedAt: Math.max(use.lastUsedAt ?? 0, at) }
          }
        }
      } catch (error) {
        if (isWithheld(error)) return undefined
        throw error
      }
      newestSeen = newest ?? newestSeen
      return use
    },
  }
}

/** Whether the server does not tell this administrator: its answer would be the same the next time. */
function isWithheld(error: unknown): boolean {
  return error instanceof AdminRefusal && [401, 403, 404].includes(error.status)
}

function kidOf({ debugContext }: LogEntry): unknown {
  return debugContext?.debugData?.['kid']
}

async function readKey(key: AppKey): Promise<RegisteredKey> {
  const { id, kid, status } = key
  return { id, kid, status, thumbprint: await thumbprintOf(key) }
}

/** A key that this program can't read is none that it has made: it is no key of this rotation. */
async function thumbprintOf({ kty, crv, n, e, x, y, pub, alg }: AppKey): Promise<string> {
  const jwk = { kty, crv, n, e, x, y, pub, ...(kty === 'AKP' ? { alg } : undefined) }
  try {
    return await jwkThumbprint((await importPublicJwk(JSON.parse(JSON.stringify(jwk)))).jwk)
  } catch {
    return ''
  }
}
