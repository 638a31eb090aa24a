/**
 * Where something is laid down, for whoever wants to read it there. Nothing is asked for before that is pressed.
 * @module
 */

import type { Reference } from '@keygrant/core/inspection'
import type { JSX } from 'preact'

/** A link to a specification; `isShort`: it shows which one, and says the place in it to who hears it. */
export function ReferenceLink({
  reference: { name, url },
  isShort = false,
}: {
  readonly reference: Reference
  readonly isShort?: boolean
}): JSX.Element {
  return (
    <a
      class="reference"
      href={url}
      target="_blank"
      rel="noreferrer"
      aria-label={isShort ? name : undefined}
    >
      {isShort ? name.split(',')[0] : name}
    </a>
  )
}
