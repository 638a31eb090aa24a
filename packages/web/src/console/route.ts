/**
 * Addresses: each screen has one, and what is filtered or sorted stands in it. Links are plain links.
 * @module
 */

import { type ReadonlySignal, type Signal, computed, signal } from '@preact/signals'

/** Where the console is. */
export interface Place {
  readonly path: string
  readonly query: URLSearchParams
}

const current: Signal<Place> = signal(read())

/** The address. */
export const place: ReadonlySignal<Place> = current

/** The path alone: it changes when there is another screen. */
export const path: ReadonlySignal<string> = computed(() => current.value.path)

/** Asked before leaving: `false` keeps the person where they are. */
type LeaveGuard = () => Promise<boolean>
let guard: LeaveGuard | undefined

/** Sets who is asked before a screen is left, such as a form with changes; `undefined` for nobody. */
export function setLeaveGuard(given: LeaveGuard | undefined): void {
  guard = given
}

/** Goes to an address of the console. */
export async function navigate(to: string, how: 'push' | 'replace' = 'push'): Promise<void> {
  const isElsewhere = new URL(to, location.href).pathname !== location.pathname
  if (isElsewhere && guard !== undefined && !(await guard())) return
  if (isElsewhere) guard = undefined
  if (how === 'push') history.pushState(null, '', to)
  else history.replaceState(null, '', to)
  settled = location.pathname + location.search
  current.value = read()
}

/** The address with other parameters; `undefined` and empty ones leave it. */
export function withQuery(changes: Readonly<Record<string, string | undefined>>): string {
  const { path: at, query } = current.value
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(name)
    else next.set(name, value)
  }
  return next.size === 0 ? at : `${at}?${next.toString()}`
}

/** The parameters of a path that fits a pattern such as `/console/apps/:appId`. */
export function matchPath(
  pattern: string,
  at: string,
): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/')
  const given = at.replace(/(.)\/$/, '$1').split('/')
  if (wanted.length !== given.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? ''
    if (part.startsWith(':')) parameters[part.slice(1)] = decoded(text)
    else if (part !== text) return undefined
  }
  return parameters
}

/** Follows links of the console without loading the page anew. */
export function watchAddress(): void {
  addEventListener('popstate', () => void back())
  addEventListener('click', (event) => {
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!isPlain || event.defaultPrevented || link === null) return
    const isOurs = link.origin === location.origin && /^\/console(?:\/|$)/.test(link.pathname)
    if (!isOurs || link.target !== '' || link.hasAttribute('download')) return
    const isAnchor = link.hash !== '' && link.pathname === location.pathname
    if (isAnchor) return
    event.preventDefault()
    void navigate(link.pathname + link.search)
  })
}

/** Where the person is in truth, for when the browser has gone back and they stay. */
let settled = location.pathname + location.search

async function back(): Promise<void> {
  const { path: at } = current.value
  const isElsewhere = location.pathname !== at
  if (isElsewhere && guard !== undefined) {
    const target = location.pathname + location.search
    history.pushState(null, '', settled)
    await navigate(target)
    return
  }
  settled = location.pathname + location.search
  current.value = read()
}

function read(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
