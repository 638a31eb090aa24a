/**
 * Loads what asks the server about keys and apps, once somebody wants that.
 * @module
 */

import { effect, type Signal, signal } from '@preact/signals'
import { cameFromConsole } from './address.ts'

/** What asks; `undefined` while nobody wanted it. */
export const records: Signal<typeof import('./records.ts') | undefined> = signal(undefined)
let loading: Promise<void> | undefined

/** Loads it. From then on it asks whenever the key or the client changes. */
export function loadRecords(): Promise<void> {
  loading ??= load()
  return loading
}

async function load(): Promise<void> {
  try {
    const loaded = await import('./records.ts')
    records.value = loaded
    loaded.watchRegistration()
    loaded.watchApp()
  } catch {
    // Without an answer it can be pressed for again.
    loading = undefined
  }
}

// Whoever comes from the console is signed in there.
effect(() => {
  if (cameFromConsole.value) void loadRecords()
})
