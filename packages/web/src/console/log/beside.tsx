/**
 * A request beside the list that it was chosen from: the list keeps its place. The address names the request. On a narrow screen
 * a request has a page of its own; where the screen becomes narrow, what is open stands in the place of the list.
 * @module
 */

import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
  useComputed,
  useSignal,
} from '@preact/signals'
import type { ComponentChildren, ComponentType, JSX } from 'preact'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { FailureText } from '../parts/failure.tsx'
import { Skeleton } from '../parts/states.tsx'
import { navigate, place, withQuery } from '../route.ts'
import { logStrings as texts } from './strings.ts'

/** What the panel is given. */
export interface PanelProps {
  readonly requestId: string
  readonly onClose: () => void
}

/** The request that the address opens beside a list; `undefined` for none. */
export const openRequest: ReadonlySignal<string | undefined> = computed(
  () => place.value.query.get('open') ?? undefined,
)

/** Where a request has a page of its own. */
export function detailsPath(requestId: string): string {
  return `/console/log/${encodeURIComponent(requestId)}`
}

const wide = matchMedia('(width >= 75rem)')

/** Whether there is a list that a request can be opened beside. */
let hasList = false

/** A link to a request: beside the list, or to its page. */
export function RequestLink({
  requestId,
  children,
}: {
  readonly requestId: string
  readonly children: ComponentChildren
}): JSX.Element {
  const isOpen = useComputed(() => openRequest.value === requestId)
  return (
    <a
      href={detailsPath(requestId)}
      aria-current={isOpen.value ? 'true' : undefined}
      onClick={(event) => {
        const isPlain = !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
        if (!hasList || !wide.matches || !isPlain) return
        event.preventDefault()
        show(requestId)
      }}
    >
      {children}
    </a>
  )
}

/** A row of the list, and where on the screen it was before there was less or more room for the list. */
let kept: { readonly row: Element; readonly top: number } | undefined

/** Opens a request, or with `undefined` closes the one that is open. One step back closes it, too. */
function show(requestId: string | undefined): void {
  const row = rowOf(requestId ?? openRequest.value)
  kept = row === null ? undefined : { row, top: row.getBoundingClientRect().top }
  const how = openRequest.value === undefined ? 'push' : 'replace'
  void navigate(withQuery({ open: requestId }), how)
}

function rowOf(requestId: string | undefined): HTMLElement | null {
  return document.querySelector(`tr[data-request="${CSS.escape(requestId ?? '')}"]`)
}

type PanelModule = { readonly Panel: ComponentType<PanelProps> }

/** The list, and beside it the request that is open. */
export function Beside({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const requestId = openRequest.value
  const isOpen = requestId !== undefined
  useEffect(() => {
    hasList = true
    return () => void (hasList = false)
  }, [])
  useLayoutEffect(() => {
    if (kept === undefined) return
    scrollBy(0, kept.row.getBoundingClientRect().top - kept.top)
    kept = undefined
  }, [isOpen])
  useEffect(() => {
    if (!isOpen) return undefined
    const onKey = (event: KeyboardEvent): void => {
      const isElsewhere =
        document.querySelector('dialog[open]') !== null ||
        (event.target instanceof Element &&
          event.target.closest('input, select, textarea') !== null)
      if (event.key === 'Escape' && !event.defaultPrevented && !isElsewhere) close()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [isOpen])
  return (
    <div class={isOpen ? 'beside is-open' : 'beside'}>
      <div class="beside-list">{children}</div>
      {isOpen ? (
        <aside class="card panel" aria-labelledby="panel-title">
          <LazyPanel requestId={requestId} />
        </aside>
      ) : null}
    </div>
  )
}

/** Closes what is open, and gives the focus back to where it came from. */
function close(): void {
  const requestId = openRequest.value
  show(undefined)
  // Once the list is as wide as it was.
  setTimeout(() => {
    const target = rowOf(requestId)?.querySelector('a') ?? document.querySelector('main h1')
    if (target instanceof HTMLElement) target.focus()
  })
}

const module: Signal<PanelModule | undefined> = signal(undefined)

function LazyPanel({ requestId }: { readonly requestId: string }): JSX.Element {
  const failure = useSignal<unknown>(undefined)
  const fetchModule = async (): Promise<void> => {
    failure.value = undefined
    try {
      module.value = await import('../screens/log-entry/screen.tsx')
    } catch (error) {
      failure.value = error
    }
  }
  useEffect(() => {
    if (module.value === undefined) void fetchModule()
  }, [])
  if (module.value !== undefined) {
    return <module.value.Panel key={requestId} requestId={requestId} onClose={close} />
  }
  return (
    <>
      <h2 id="panel-title" class="visually-hidden">
        {texts.details}
      </h2>
      {failure.value === undefined ? (
        <Skeleton what={texts.details} rows={10} />
      ) : (
        <FailureText failure={failure.value} onRetry={() => void fetchModule()} />
      )}
    </>
  )
}
