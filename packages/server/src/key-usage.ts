/**
 * Counts the uses of clients' keys in memory and hands them to the store in batches: a use costs no write.
 * @module
 */

import type { UsageCount, UsageStore } from './storage/ports.ts'

/** Counts uses. */
export interface KeyUsage {
  /** Counts one use, at a time in milliseconds since 1970. */
  count(clientId: string, kid: string, at: number): void
  /** Hands over what was counted, and resolves when it is there. What the store does not take is counted again. */
  flush(): Promise<void>
}

const HOUR_MS = 3_600_000
/** Counts that are handed over at once: requests have their turn between. */
const AT_ONCE = 200

/** Makes a counter. Call `flush` every few seconds, and at the end. */
export function createKeyUsage(store: UsageStore): KeyUsage {
  let counts = new Map<string, UsageCount>()
  let writing = Promise.resolve()

  const add = (count: UsageCount): void => {
    const name = `${count.clientId} ${count.hour} ${count.keyId}`
    const known = counts.get(name)
    counts.set(
      name,
      known === undefined
        ? count
        : {
            ...count,
            count: known.count + count.count,
            lastUsed: Math.max(known.lastUsed, count.lastUsed),
          },
    )
  }

  const handOver = async (batch: readonly UsageCount[]): Promise<void> => {
    for (let next = 0; next < batch.length; next += AT_ONCE) {
      try {
        await store.add(batch.slice(next, next + AT_ONCE))
      } catch (error) {
        for (const count of batch.slice(next)) add(count)
        throw error
      }
    }
  }

  return {
    count: (clientId, kid, at) =>
      add({ clientId, keyId: kid, hour: Math.floor(at / HOUR_MS), count: 1, lastUsed: at }),
    flush() {
      // Whoever flushes when there is nothing left waits for what another one is writing.
      if (counts.size === 0) return writing
      // In the order of the store: what is written at once lies together there, and not each on a page of its own.
      const names = [...counts.keys()]
      names.sort()
      const batch = names.map((name) => counts.get(name) as UsageCount)
      counts = new Map()
      writing = handOver(batch)
      return writing
    },
  }
}
