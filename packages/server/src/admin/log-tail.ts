/**
 * The end of the audit log, for those who watch it grow. What is new is read from the store by its place, so that it
 * does not matter which process wrote it; whoever is at the same place shares one reading.
 * @module
 */

import { randomInt } from 'node:crypto'
import type { AuditStore, Storage, StoredAuditEntry } from '../storage/ports.ts'
import { ApiError } from './api-error.ts'

/** How often it is looked for what is new. */
const TICK_MS = 500
/** Who may watch at once: in all, and of one administrator. */
const MAX_WATCHERS = 64
const MAX_WATCHERS_OF_ONE = 6
/** Entries that are read at once. */
export const PAGE = 500

/** The end of the log. */
export interface LogTail {
  /**
   * Takes a place among those who watch.
   *
   * @throws {@link ApiError} E0000047 when there is none left.
   */
  watch(actorId: string): Watch
  close(): void
}

/** One who watches. */
export interface Watch {
  /** Up to {@link PAGE} entries after a place, the oldest first. */
  read(after: number): Promise<readonly StoredAuditEntry[]>
  /** Resolves when it is time to look again, or when the signal is aborted. */
  tick(signal: AbortSignal): Promise<void>
  /** Counts up whenever something changed that may have taken somebody's right to watch. */
  readonly changes: number
  end(): void
}

/** What {@link createLogTail} needs. */
export interface LogTailOptions extends Pick<Storage, 'onChange'> {
  readonly audit: Pick<AuditStore, 'read'>
}

/** Makes the tail of a log. It costs nothing while nobody watches. */
export function createLogTail({ audit, onChange }: LogTailOptions): LogTail {
  const watchers = new Map<string, number>()
  const waiting = new Set<() => void>()
  let pages = new Map<number, Promise<readonly StoredAuditEntry[]>>()
  let count = 0
  let changes = 0
  let ticking: NodeJS.Timeout | undefined
  const stopListening = onChange((change) => {
    const isOfNoOne =
      change.what === 'record' && change.kind !== 'session' && change.kind !== 'person'
    if (!isOfNoOne) changes++
  })

  const wake = (): void => {
    // What was read is old now.
    pages = new Map()
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  const readPage = (after: number): Promise<readonly StoredAuditEntry[]> => {
    const known = pages.get(after)
    if (known !== undefined) return known
    const reading = audit.read({ order: 'oldest_first', after, limit: PAGE })
    pages.set(after, reading)
    return reading
  }

  return {
    watch(actorId) {
      const own = watchers.get(actorId) ?? 0
      if (count >= MAX_WATCHERS || own >= MAX_WATCHERS_OF_ONE) {
        throw new ApiError('E0000047', {
          causes: ['Too many are watching the log at once. Close another one first.'],
          headers: { 'retry-after': String(randomInt(5, 15)) },
        })
      }
      count++
      watchers.set(actorId, own + 1)
      ticking ??= setInterval(wake, TICK_MS).unref()
      let isOver = false
      return {
        read: readPage,
        tick: (signal) =>
          new Promise((resolve) => {
            if (signal.aborted) return resolve()
            const done = (): void => {
              signal.removeEventListener('abort', done)
              waiting.delete(done)
              resolve()
            }
            signal.addEventListener('abort', done)
            waiting.add(done)
          }),
        get changes() {
          return changes
        },
        end() {
          if (isOver) return
          isOver = true
          count--
          const left = (watchers.get(actorId) ?? 1) - 1
          if (left === 0) watchers.delete(actorId)
          else watchers.set(actorId, left)
          if (count > 0) return
          clearInterval(ticking)
          ticking = undefined
          wake()
        },
      }
    },
    close() {
      stopListening()
      clearInterval(ticking)
      wake()
    },
  }
}
