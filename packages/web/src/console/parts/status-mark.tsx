/**
 * A state: a word with a mark whose shape differs too.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'

/** How a state looks: good, not in use, to be watched, bad. */
export type Tone = 'good' | 'calm' | 'warn' | 'bad'

/** A state in a word. */
export function StatusMark({
  tone,
  children,
}: {
  readonly tone: Tone
  /** The word; without it the state is said beside. */
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <span class={`mark is-${tone}`}>
      <span class="mark-shape" aria-hidden="true" />
      {children}
    </span>
  )
}
