/**
 * The head of a screen: its heading, a sentence, and what can be done.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'

/** The head of a screen. The heading takes the focus when the screen opens. */
export function PageHead({
  title,
  lead,
  actions,
}: {
  readonly title: ComponentChildren
  readonly lead?: ComponentChildren
  readonly actions?: ComponentChildren
}): JSX.Element {
  return (
    <div class="page-head">
      <div class="page-title">
        <h1 tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <p class="muted">{lead}</p>}
      </div>
      {actions === undefined ? null : <div class="actions">{actions}</div>}
    </div>
  )
}
