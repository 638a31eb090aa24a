/**
 * The service apps in memory, with their keys ready to verify. The store tells of every change, so that
 * nothing that was changed is remembered as it was.
 * @module
 */

import { importPublicKey, type PublicKey } from '@keygrant/core/keys'
import type { ServiceApp, ServiceAppStore, Storage } from './storage/ports.ts'

/** A service app that may authenticate, or not: then it has no keys. */
export interface RegisteredApp {
  readonly app: ServiceApp
  /** The active keys of an active app. */
  readonly activeKeys: readonly PublicKey[]
}

/** The service apps. */
export interface Registry extends Pick<ServiceAppStore, 'exists' | 'list' | 'change'> {
  /** Answers at once, not with a promise, when the app is in memory. */
  find(clientId: string): RegisteredApp | undefined | Promise<RegisteredApp | undefined>
  /** Hears no more of changes: the store outlives the registry. */
  close(): void
}

/** This many apps are kept in memory. */
const MAX_APPS = 10_000

/** Makes the registry of a store. */
export function createRegistry({
  serviceApps: store,
  onChange,
}: Pick<Storage, 'serviceApps' | 'onChange'>): Registry {
  const known = new Map<string, RegisteredApp>()
  let changes = 0
  const stopListening = onChange((change) => {
    if (change.what === 'record') return
    changes++
    if (change.what === 'app') known.delete(change.clientId)
    else known.clear()
  })

  const load = async (clientId: string): Promise<RegisteredApp | undefined> => {
    const changesBefore = changes
    const app = await store.find(clientId)
    if (app === undefined) return undefined
    const isActive = app.status === 'ACTIVE'
    const keys = isActive ? app.keys.filter(({ status }) => status === 'ACTIVE') : []
    const activeKeys = await Promise.all(keys.map(({ jwk }) => importPublicKey(jwk)))
    const registered = { app, activeKeys }
    // What was changed while the keys were read is not remembered.
    if (changes === changesBefore) {
      if (known.size >= MAX_APPS) known.delete(known.keys().next().value as string)
      known.set(clientId, registered)
    }
    return registered
  }

  return {
    find: (clientId) => known.get(clientId) ?? load(clientId),
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
