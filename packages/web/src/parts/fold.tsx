/**
 * A card that folds: open at first where there is room for it beside what matters more.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'

const WIDE = '(min-width: 62rem)'

/** A card with a heading that opens and closes it. */
export function Fold({
  id,
  title,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly children: ComponentChildren
}): JSX.Element {
  return (
    <details class="card fold" id={id} open={matchMedia(WIDE).matches}>
      <summary>
        <h2>{title}</h2>
      </summary>
      {children}
    </details>
  )
}
