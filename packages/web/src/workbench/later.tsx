/**
 * What the page can do without at first: the rulebook and the code. Fetched as soon as the page stands.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'

/** The parts that come later, once they are there. */
export const later: Signal<typeof import('./later-views.tsx') | undefined> = signal(undefined)

/** Fetches them. */
export async function loadLater(): Promise<void> {
  later.value = await import('./later-views.tsx')
  later.value.tellPublicKey()
}

/** Pre-flight and code, once they are there. */
export function Later(): JSX.Element | null {
  const views = later.value
  if (views === undefined) return null
  return (
    <>
      <views.PreflightCard />
      <views.CodeCard />
      <views.ShareDialog />
    </>
  )
}

/** The public half of the key, once it can be shown. */
export function LaterKeyFacts(): JSX.Element | null {
  const views = later.value
  return views === undefined ? null : <views.KeyFacts />
}
