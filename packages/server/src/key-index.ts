/**
 * Which keys are registered for which apps: found by what they are, not by whose they are. Read from the store when
 * somebody asks first; from then on only what changed is read again.
 * @module
 */

import { setImmediate } from 'node:timers/promises'
import { jwkThumbprint } from '@keygrant/core/keys'
import type { ServiceApp, ServiceAppStore, Storage } from './storage/ports.ts'

/** A key that is registered for an app, active or not. */
export interface RegisteredKey {
  readonly clientId: string
  /** The ID of the key. */
  readonly keyId: string
  readonly kid: string
  readonly kty: string
  readonly crv: string | undefined
  /** JWK Thumbprint (RFC 7638). */
  readonly thumbprint: string
}

/** The keys as they were at one moment. */
export interface RegisteredKeys {
  /** In the order in which the apps were made. */
  readonly all: () => Iterable<RegisteredKey>
  readonly ofThumbprint: (thumbprint: string) => readonly RegisteredKey[]
  /** Not, when there are more than are held. */
  readonly isComplete: boolean
}

/** The index. */
export interface KeyIndex {
  /** Reads what changed. */
  read(): Promise<RegisteredKeys>
  /** Hears no more of changes. */
  close(): void
}

/** What {@link createKeyIndex} needs. */
export interface KeyIndexOptions {
  readonly serviceApps: Pick<ServiceAppStore, 'find' | 'list'>
  readonly onChange: Storage['onChange']
  /** Default: {@link MAX_HELD}. */
  readonly maxHeld?: number
}

/** Keys that are held at most. */
const MAX_HELD = 100_000
const PAGE = 200
/** Apps that are read again one by one; of more, all are. */
const MAX_STALE = 500

/** Makes an index that knows nothing yet. */
export function createKeyIndex(options: KeyIndexOptions): KeyIndex {
  const { serviceApps, onChange, maxHeld = MAX_HELD } = options
  const apps = new Map<string, readonly RegisteredKey[]>()
  const owners = new Map<string, ReadonlySet<string>>()
  let held = 0
  let isComplete = true
  /** What has to be read again; `undefined` is everything. */
  let stale: Set<string> | undefined
  let reading: Promise<void> = Promise.resolve()
  const stopListening = onChange((change) => {
    if (change.what === 'record') return
    if (change.what === 'anything' || (stale?.size ?? 0) >= MAX_STALE) stale = undefined
    else stale?.add(change.clientId)
  })

  const forget = (clientId: string): void => {
    for (const { thumbprint } of apps.get(clientId) ?? []) {
      held--
      const others = [...(owners.get(thumbprint) ?? [])].filter((owner) => owner !== clientId)
      if (others.length === 0) owners.delete(thumbprint)
      else owners.set(thumbprint, new Set(others))
    }
    apps.delete(clientId)
  }
  const put = async (clientId: string, app: ServiceApp | undefined): Promise<void> => {
    const keys = app === undefined ? [] : await registeredKeys(app)
    forget(clientId)
    if (held + keys.length > maxHeld) isComplete = false
    else if (keys.length > 0) {
      held += keys.length
      apps.set(clientId, keys)
      for (const { thumbprint } of keys) {
        owners.set(thumbprint, new Set([...(owners.get(thumbprint) ?? []), clientId]))
      }
    }
  }
  const readAll = async (): Promise<void> => {
    apps.clear()
    owners.clear()
    held = 0
    isComplete = true
    for (let after: string | undefined; ;) {
      const page = await serviceApps.list({ limit: PAGE, after })
      for (const app of page) await put(app.clientId, app)
      if (page.length < PAGE || !isComplete) return
      after = page.at(-1)?.clientId
      // Requests have their turn between two pages.
      await setImmediate()
    }
  }
  const refresh = async (): Promise<void> => {
    const changed = stale
    // What changes while this reads is read again the next time.
    stale = new Set()
    try {
      if (changed === undefined) return await readAll()
      for (const clientId of changed) await put(clientId, await serviceApps.find(clientId))
    } catch (error) {
      stale = undefined
      throw error
    }
  }
  const keysOf = (clientId: string): readonly RegisteredKey[] => apps.get(clientId) ?? []

  return {
    async read() {
      // One at a time: a failure is that of whoever caused it.
      reading = reading.then(refresh, refresh)
      await reading
      return {
        *all() {
          for (const keys of apps.values()) yield* keys
        },
        ofThumbprint: (thumbprint) =>
          [...(owners.get(thumbprint) ?? [])]
            .flatMap(keysOf)
            .filter((key) => key.thumbprint === thumbprint),
        isComplete,
      }
    },
    close: stopListening,
  }
}

function registeredKeys({ clientId, keys }: ServiceApp): Promise<readonly RegisteredKey[]> {
  return Promise.all(
    keys.map(async ({ id, jwk }) => {
      const { kid, kty, crv } = jwk as typeof jwk & { readonly crv?: string }
      return { clientId, keyId: id, kid, kty, crv, thumbprint: await jwkThumbprint(jwk) }
    }),
  )
}
