/**
 * The service apps in memory, with their keys ready to verify. The store tells of every change, so that
 * nothing that was changed is remembered as it was.
 * @module
 */

import { importPublicKey, type PublicKey } from '@keygrant/core/keys'
import { createAppCache } from './app-cache.ts'
import { isKeyInForce } from './client-key-state.ts'
import type { RemoteKeys } from './remote-keys.ts'
import type { ClientKey, ServiceApp, ServiceAppStore, Storage } from './storage/ports.ts'

/** A service app that may authenticate, or not: then it has no keys. */
export interface RegisteredApp {
  readonly app: ServiceApp
  /** The active keys of an active app, without those that have expired. */
  readonly activeKeys: readonly PublicKey[]
  /** Milliseconds since 1970: when the next of them expires. */
  readonly goodUntil: number
  /** How many changes had been told of when it was read. */
  readonly readAfter: number
}

/** The service apps. */
export interface Registry extends Pick<ServiceAppStore, 'exists' | 'list' | 'change'> {
  /** Answers at once, not with a promise, when the app is in memory. */
  find(clientId: string): RegisteredApp | undefined | Promise<RegisteredApp | undefined>
  /**
   * What the same request found before, as it is now. An app that is in memory stays there longer when another request
   * asks for it, and not when one asks twice.
   */
  findAgain(found: RegisteredApp): RegisteredApp | undefined | Promise<RegisteredApp | undefined>
  /**
   * The keys that an app may authenticate with now: those that are registered for it, or those that it
   * publishes at its `jwks_uri`.
   *
   * @throws `UnavailableError` when the keys that it publishes can't be had.
   */
  keysOf(
    registered: RegisteredApp,
    kid: () => string | undefined,
  ): readonly PublicKey[] | Promise<readonly PublicKey[]>
  /** Whether a key that an app authenticated with is still one of its keys. */
  isInForce(registered: RegisteredApp, kid: string): boolean
  /** Hears no more of changes: the store outlives the registry. */
  close(): void
}

/** What {@link createRegistry} needs. */
export interface RegistryOptions extends Pick<Storage, 'serviceApps' | 'onChange' | 'isInTouch'> {
  /** The keys of apps that publish them. */
  readonly remoteKeys: RemoteKeys
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Octets that the apps in memory may take, about. Default: 72 MiB. */
  readonly room?: number
}

/** Makes the registry of a store. */
export function createRegistry(options: RegistryOptions): Registry {
  const { serviceApps: store, onChange, isInTouch, remoteKeys, clock } = options
  const known = createAppCache(options.room)
  let changes = 0
  const stopListening = onChange((change) => {
    if (change.what === 'record') return
    changes++
    if (change.what === 'app') known.delete(change.clientId)
    else known.clear()
  })

  const load = async (clientId: string): Promise<RegisteredApp | undefined> => {
    const readAfter = changes
    const app = await store.find(clientId)
    if (app === undefined) return undefined
    const now = clock()
    const keys = keysInForce(app, now)
    const activeKeys = await Promise.all(keys.map(({ jwk }) => importPublicKey(jwk)))
    const goodUntil = Math.min(...keys.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY))
    const registered = { app, activeKeys, goodUntil, readAfter }
    // What was changed while the keys were read is not remembered.
    if (changes === readAfter) known.set(clientId, registered)
    return registered
  }

  const isGood = ({ goodUntil }: RegisteredApp): boolean => goodUntil > clock() && isInTouch()

  return {
    find(clientId) {
      const registered = known.get(clientId)
      return registered !== undefined && isGood(registered) ? registered : load(clientId)
    },
    findAgain(found) {
      const { clientId } = found.app
      const registered = known.peek(clientId) ?? (found.readAfter === changes ? found : undefined)
      return registered !== undefined && isGood(registered) ? registered : load(clientId)
    },
    keysOf({ app, activeKeys }, kid) {
      const jwksUri = app.settings?.jwksUri
      if (jwksUri === undefined) return activeKeys
      if (app.status !== 'ACTIVE') return []
      const found = remoteKeys.keysFor({ clientId: app.clientId, jwksUri }, kid())
      const { revokedKids } = app
      if (revokedKids === undefined) return found
      const isLeft = (key: PublicKey): boolean => !revokedKids.includes(key.kid)
      return found instanceof Promise
        ? found.then((keys) => keys.filter(isLeft))
        : found.filter(isLeft)
    },
    isInForce({ app, activeKeys }, kid) {
      const jwksUri = app.settings?.jwksUri
      if (jwksUri === undefined) return activeKeys.some((key) => key.kid === kid)
      return (
        app.status === 'ACTIVE' &&
        app.revokedKids?.includes(kid) !== true &&
        remoteKeys.mayHold({ clientId: app.clientId, jwksUri }, kid)
      )
    },
    exists: (clientId) => store.exists(clientId),
    list: (query) => store.list(query),
    async change(subjects, decide) {
      try {
        return await store.change(subjects, decide)
      } finally {
        // Whether a change that failed was made, can't always be told.
        changes++
        known.delete(subjects.clientId)
      }
    },
    close: stopListening,
  }
}

function keysInForce({ status, keys }: ServiceApp, now: number): readonly ClientKey[] {
  if (status !== 'ACTIVE') return []
  return keys.filter((key) => isKeyInForce(key, now))
}
