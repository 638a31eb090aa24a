/**
 * What stands in the place of content: it is on its way, there is none, nothing matches, or it failed.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import type { Loading } from '../loaded.ts'
import { consoleStrings } from '../strings.ts'
import { FailureText } from './failure.tsx'

/** Rows that stand for what is on its way; screen readers hear what it is. */
export function Skeleton({
  what,
  rows = 4,
}: {
  readonly what: string
  readonly rows?: number
}): JSX.Element {
  return (
    <div class="skeleton" data-loading>
      <p class="visually-hidden">{consoleStrings.loading(what)}</p>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} class="skeleton-row" aria-hidden="true" />
      ))}
    </div>
  )
}

/** There is nothing yet: what that means, and what to do. */
export function Empty({
  title,
  children,
  actions,
}: {
  readonly title: string
  readonly children?: ComponentChildren
  readonly actions?: ComponentChildren
}): JSX.Element {
  return (
    <div class="empty" data-empty>
      <p class="empty-title">{title}</p>
      {children === undefined ? null : <div class="empty-text muted">{children}</div>}
      {actions === undefined ? null : <div class="actions">{actions}</div>}
    </div>
  )
}

/** Draws what was loaded, or what stands in its place. */
export function Shown<T>({
  of: { state, reload },
  what,
  rows,
  children,
}: {
  readonly of: Loading<T>
  /** What it is, such as `apps`: said while it is on its way. */
  readonly what: string
  readonly rows?: number
  readonly children: (value: T) => ComponentChildren
}): JSX.Element {
  const { is } = state.value
  if (is === 'loading') return <Skeleton what={what} {...(rows === undefined ? {} : { rows })} />
  if (state.value.is === 'failed') {
    return <FailureText failure={state.value.failure} onRetry={() => void reload()} />
  }
  return <>{children((state.value as { readonly value: T }).value)}</>
}
