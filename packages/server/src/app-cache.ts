/**
 * Apps that are kept in memory: as many as a bounded piece of it holds, and those that are in use.
 * @module
 */

import type { RegisteredApp } from './registry.ts'

/** Service apps by their client ID. */
export interface AppCache {
  /** Counts as being asked for. */
  get(clientId: string): RegisteredApp | undefined
  /** Does not. */
  peek(clientId: string): RegisteredApp | undefined
  /** Keeps an app, when there is room for it, or when it was asked for not long before. */
  set(clientId: string, app: RegisteredApp): void
  delete(clientId: string): void
  clear(): void
}

/** What all of them may take, about. An app with one key takes 7 KiB, so that this is 10,500 of them. */
const CACHE_BYTES = 72 * 2 ** 20

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
 * oldest to the newest when room is needed: who was asked for stays once more, and who was not goes. Finding an app
 * moves nothing. Others go for an app only when it is asked for a second time: so apps that are asked for once,
 * however many, push out nobody, and their keys, which the runtime takes for small, are given back soon.
 */
export function createAppCache(maxBytes: number = CACHE_BYTES): AppCache {
  const known = new Map<string, Kept>()
  let oldest: Kept | undefined
  let newest: Kept | undefined
  let hand: Kept | undefined
  let bytes = 0
  // Who was not kept: the last ones, and those before them.
  let turnedAway = new Set<string>()
  let turnedAwayBefore = new Set<string>()

  /** Whether an app for which others must go is one that was asked for once. It is remembered then. */
  const isFirst = (clientId: string): boolean => {
    if (turnedAway.has(clientId) || turnedAwayBefore.has(clientId)) return false
    if (turnedAway.size >= known.size) {
      turnedAwayBefore = turnedAway
      turnedAway = new Set()
    }
    turnedAway.add(clientId)
    return true
  }

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
    peek: (clientId) => known.get(clientId)?.app,
    set(clientId, app) {
      const before = known.get(clientId)
      if (before !== undefined) remove(before)
      else if (bytes + bytesOf(app) > maxBytes && isFirst(clientId)) return
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
