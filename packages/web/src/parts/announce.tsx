/**
 * The one place from which screen readers are told what changed.
 * @module
 */

import { signal } from '@preact/signals'
import type { JSX } from 'preact'

const message = signal('')

/** Says a text politely. */
export function announce(text: string): void {
  message.value = text
}

/** The live region; once on a page. */
export function Announcer(): JSX.Element {
  return (
    <p role="status" class="visually-hidden">
      {message}
    </p>
  )
}
