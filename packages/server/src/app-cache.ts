/**
 * Apps that are kept in memory: as many as a bounded piece of it holds, and those that were asked for last.
 * @module
 */

import type { RegisteredApp } from './registry.ts'

/** Service apps by their client ID. */
export interface AppCache {
  get(clientId: string): RegisteredApp | undefined
  set(clientId: string, app: RegisteredApp): void
  delete(clientId: string): void
  clear(): void
}

/** What all of them may take, about. An app with one key takes 7 KiB, so that this is 18,000 of them. */
const CACHE_BYTES = 128 * 2 ** 20

/** Measured: the record as objects, and a key that is ready to verify, which lies outside of the heap. */
const APP_BYTES = 1024
const KEY_BYTES = 6 * 1024
const GRANT_BYTES = 200

/**
 * Makes an empty cache. It has two generations: what is found in the old one moves to the young one, and
 * when the young one is full the old one goes. So nothing is sorted, an app that is in use stays, and none
 * ever waits for many to be thrown out.
 */
export function createAppCache(maxBytes: number = CACHE_BYTES): AppCache {
  let young = new Map<string, RegisteredApp>()
  let old = new Map<string, RegisteredApp>()
  let youngBytes = 0

  const put = (clientId: string, app: RegisteredApp): void => {
    young.set(clientId, app)
    youngBytes += bytesOf(app)
    if (youngBytes < maxBytes / 2) return
    old = young
    young = new Map()
    youngBytes = 0
  }

  return {
    get(clientId) {
      const known = young.get(clientId)
      if (known !== undefined) return known
      const aged = old.get(clientId)
      if (aged === undefined) return undefined
      old.delete(clientId)
      put(clientId, aged)
      return aged
    },
    set(clientId, app) {
      this.delete(clientId)
      put(clientId, app)
    },
    delete(clientId) {
      old.delete(clientId)
      const known = young.get(clientId)
      if (known === undefined) return
      young.delete(clientId)
      youngBytes -= bytesOf(known)
    },
    clear() {
      young.clear()
      old.clear()
      youngBytes = 0
    },
  }
}

function bytesOf({ app, activeKeys }: RegisteredApp): number {
  return APP_BYTES + activeKeys.length * KEY_BYTES + app.grants.length * GRANT_BYTES
}
