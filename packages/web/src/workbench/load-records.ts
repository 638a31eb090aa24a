/**
 * What asks the server about keys and apps; there once somebody wanted that.
 * @module
 */

import { effect, type Signal, signal } from '@preact/signals'
import { cameFromConsole } from './address.ts'

type Desk = typeof import('./records.ts')

/** It, once it is there. */
export const desk: Signal<Desk | undefined> = signal(undefined)
let wanted: Promise<void> | undefined

/** Asks, and from then on whenever the key or the client changes. */
export function ask(): Promise<void> {
  wanted ??= load()
  return wanted
}

async function load(): Promise<void> {
  try {
    const records = await import('./records.ts')
    desk.value = records
    records.watchRegistration()
    records.watchApp()
  } catch {
    // Without an answer it can be pressed for again.
    wanted = undefined
  }
}

// Whoever comes from the console is signed in there.
effect(() => {
  if (cameFromConsole.value) void ask()
})
