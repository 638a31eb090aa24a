/**
 * Apps that are kept in memory: as many as a bounded piece of it holds, and those that are in use.
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

/** What all of them may take, about. An app with one key takes 7 KiB, so that this is 11,500 of them. */
const CACHE_BYTES = 80 * 2 ** 20

/** Measured: the record as objects, and a key that is ready to verify, which lies outside of the heap. */
const APP_BYTES = 1024
const KEY_BYTES = 6 * 1024
const GRANT_BYTES = 200

/** An app in the queue of all that are kept. */
interface Kept {
  readonly clientId: string
  readonly app: RegisteredApp
  /** Whether it was asked for since the hand passed by, or since it came. */
  isUsed: boolean
  older: Kept | undefined
  newer: Kept | undefined
}

/**
 * Makes an empty cache. It is a queue in the order in which apps came, and a hand that goes through it from the
 * oldest to the newest when room is needed: who was asked for stays once more, and who was not goes. So apps that are
 * asked for once, however many, push out each other and not those that are in use; finding an app moves nothing.
 */
export function createAppCache(maxBytes: number = CACHE_BYTES): AppCache {
  const known = new Map<string, Kept>()
  let oldest: Kept | undefined
  let newest: Kept | undefined
  let hand: Kept | undefined
  let bytes = 0

  const remove = (kept: Kept): void => {
    const { clientId, app, older, newer } = kept
    known.delete(clientId)
    bytes -= bytesOf(app)
    if (hand === kept) hand = newer
    if (older === undefined) oldest = newer
    else older.newer = newer
    if (newer === undefined) newest = older
    else newer.older = older
  }

  const isTooMuch = (): boolean => bytes > maxBytes && known.size > 0
  const makeRoom = (): void => {
    let looked = hand ?? oldest
    while (looked?.isUsed === true) {
      looked.isUsed = false
      looked = looked.newer ?? oldest
    }
    hand = looked
    if (looked !== undefined) remove(looked)
  }

  return {
    get(clientId) {
      const kept = known.get(clientId)
      if (kept === undefined) return undefined
      kept.isUsed = true
      return kept.app
    },
    set(clientId, app) {
      this.delete(clientId)
      bytes += bytesOf(app)
      while (isTooMuch()) makeRoom()
      const kept: Kept = { clientId, app, isUsed: false, older: newest, newer: undefined }
      known.set(clientId, kept)
      if (newest === undefined) oldest = kept
      else newest.newer = kept
      newest = kept
    },
    delete(clientId) {
      const kept = known.get(clientId)
      if (kept !== undefined) remove(kept)
    },
    clear() {
      known.clear()
      oldest = undefined
      newest = undefined
      hand = undefined
      bytes = 0
    },
  }
}

function bytesOf({ app, activeKeys }: RegisteredApp): number {
  return APP_BYTES + activeKeys.length * KEY_BYTES + app.grants.length * GRANT_BYTES
}
