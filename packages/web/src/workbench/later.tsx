/**
 * What the page can do without at first: the rulebook and the code. Fetched as soon as the page stands.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'

/** The parts that come later, on their way. */
export const loadingLater: Promise<typeof import('./later-views.tsx')> = import('./later-views.tsx')
/** The same, once they are there. */
export const later: Signal<Awaited<typeof loadingLater> | undefined> = signal(undefined)
void loadingLater.then((loaded) => (later.value = loaded))

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
