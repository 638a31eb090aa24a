/**
 * Those who want to know what changed.
 * @module
 */

import type { StorageChange } from './ports.ts'

/** The listeners of one store. */
export interface ChangeListeners {
  add(listener: (change: StorageChange) => void): () => void
  tell(changes: readonly StorageChange[]): void
}

/** Makes an empty list of listeners. One that throws does not keep the others from hearing. */
export function createChangeListeners(): ChangeListeners {
  const listeners = new Set<{ readonly hear: (change: StorageChange) => void }>()
  return {
    add(hear) {
      const listener = { hear }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(changes) {
      for (const change of changes) {
        for (const { hear } of listeners) {
          try {
            hear(change)
          } catch (error) {
            // A defect of a listener is no fault of the transaction that it hears of.
            queueMicrotask(() => {
              throw error
            })
          }
        }
      }
    },
  }
}
