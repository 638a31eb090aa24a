/**
 * Whether a passkey check is being asked for, and who waits for it.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { Cancelled } from './api.ts'

/** Those who wait: the dialog is open while there are any. */
export const waiting: Signal<readonly PromiseWithResolve[]> = signal([])

interface PromiseWithResolve {
  resolve(): void
  reject(error: Error): void
}

/** Asks the person to confirm with a passkey. Rejects with `Cancelled` when they do not. */
export function confirmWithPasskey(): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.value = [...waiting.value, { resolve, reject }]
  })
}

/** Ends the wait: with the check, or without. */
export function endWait(isConfirmed: boolean): void {
  const those = waiting.value
  waiting.value = []
  for (const each of those) {
    if (isConfirmed) each.resolve()
    else each.reject(new Cancelled())
  }
}
