/**
 * A name with its value, in a list of facts.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'

/** One fact. */
export function Fact({
  name,
  isMono = false,
  children,
}: {
  readonly name: string
  readonly isMono?: boolean
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isMono ? 'mono' : undefined}>{children}</dd>
    </div>
  )
}
