/**
 * How long entries of the audit log are kept.
 * @module
 */

import { setTimeout } from 'node:timers/promises'
import type { AuditStore } from '../storage/ports.ts'

const DAY_MS = 86_400_000
/** Between two slices, requests have their turn. */
const SLICE_PAUSE_MS = 5

/** What {@link createAuditRetention} needs. */
export interface AuditRetentionOptions {
  readonly audit: Pick<AuditStore, 'prune'>
  /** Days for which entries are kept; 0 keeps all. */
  readonly days: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly isStopping: () => boolean
}

/** Makes what removes entries that are older than they are kept, slice by slice; others have their turn between. */
export function createAuditRetention({
  audit,
  days,
  clock,
  isStopping,
}: AuditRetentionOptions): () => Promise<void> {
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    const before = clock() - days * DAY_MS
    while (!isStopping() && (await audit.prune(before, clock())) > 0) {
      await setTimeout(SLICE_PAUSE_MS)
    }
  }
  return async () => {
    if (days === 0) return
    running ??= run().finally(() => {
      running = undefined
    })
    await running
  }
}
