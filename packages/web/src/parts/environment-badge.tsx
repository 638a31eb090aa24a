/**
 * What kind of server it is: in letters, in a shape, and in words for who sees neither.
 * @module
 */

import type { JSX } from 'preact'
import { strings } from '../strings.ts'

/** The badge. */
export function EnvironmentBadge({
  kind,
}: {
  readonly kind: 'development' | 'production'
}): JSX.Element {
  return (
    <span class={`badge is-${kind}`}>
      <span class="visually-hidden">{strings.environmentNames[kind]}</span>
      <span aria-hidden="true">{strings.environments[kind]}</span>
    </span>
  )
}
