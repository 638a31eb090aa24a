/**
 * Icons: strokes in the colour of the text. Words stand beside them; they say nothing alone.
 * @module
 */

import type { JSX } from 'preact'

const PATHS = {
  pass: 'M3.5 8.5l3 3 6-7',
  fail: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  skip: 'M4 8h8',
  none: '',
  warning: 'M8 3v6.2M8 12.2v.6',
  info: 'M8 7v5.8M8 3.2v.6',
  key: 'M6.6 9.4a3 3 0 1 0-4.2 4.2 3 3 0 0 0 4.2-4.2zM6.6 9.4L13.5 2.5M11 5l2 2M9 7l1.5 1.5',
} as const

/** The name of an icon. */
export type IconName = keyof typeof PATHS

/** An icon of the size of the text. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
