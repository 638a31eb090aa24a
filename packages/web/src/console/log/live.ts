/**
 * The log as it grows: server-sent events that are gathered, and handed on no more than once a second.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { api } from '../api.ts'
import type { LogEvent } from '../wire.ts'

/** How the connection is. */
export type LiveState = 'connecting' | 'live' | 'lost'

/** Entries as they come. */
export interface Live {
  readonly state: Signal<LiveState>
  /** Entries that came and are not handed on yet: held back, or waiting for the next second. */
  readonly waiting: Signal<number>
  /** How many came in all. */
  readonly received: Signal<number>
  /** The log could not go on where it was left. */
  readonly hasGap: Signal<boolean>
  /** Whether entries are held back. */
  readonly isHeld: Signal<boolean>
  /** Hands on what is held back. */
  release(): void
  close(): void
}

/** What {@link watchLog} needs. */
export interface WatchOptions {
  /** The filter, as the list of the log takes it. */
  readonly query: Readonly<Record<string, string | undefined>>
  /** The place behind which it begins. */
  readonly after: string
  /** Is given what came, the oldest first; `skipped` more were too many to keep. */
  readonly onEntries: (entries: readonly LogEvent[], skipped: number) => void
}

/** How often entries are handed on. */
const EVERY_MS = 1000
/** Entries that wait, at most: of more the newest are kept. */
const MAX_WAITING = 500
const RETRY_MS = [2000, 5000, 10_000, 30_000] as const

/** Watches the log. */
export function watchLog({ query, after, onEntries }: WatchOptions): Live {
  const state: Signal<LiveState> = signal('connecting')
  const waiting = signal(0)
  const received = signal(0)
  const hasGap = signal(false)
  const isHeld = signal(false)
  let buffer: LogEvent[] = []
  let lastId = after
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let isOver = false

  const hand = (): void => {
    if (waiting.value === 0) return
    const entries = buffer
    const skipped = waiting.value - entries.length
    buffer = []
    waiting.value = 0
    onEntries(entries, skipped)
  }
  const handing = setInterval(() => {
    if (!isHeld.value) hand()
  }, EVERY_MS)

  const connect = (): void => {
    const given = Object.entries({ ...query, after: lastId }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
    )
    source = new EventSource(`/api/v1/logs/stream?${new URLSearchParams(given).toString()}`)
    source.addEventListener('open', () => {
      failures = 0
      state.value = 'live'
    })
    source.addEventListener('entries', (event) => {
      lastId = event.lastEventId
      const entries = JSON.parse(event.data as string) as readonly LogEvent[]
      received.value += entries.length
      waiting.value += entries.length
      buffer = [...buffer, ...entries].slice(-MAX_WAITING)
    })
    source.addEventListener('gap', (event) => {
      lastId = event.lastEventId
      hasGap.value = true
    })
    source.addEventListener('over', () => void again())
    source.addEventListener('error', () => {
      state.value = 'lost'
      // Where there was no answer, the browser comes back by itself.
      if (source?.readyState === EventSource.CLOSED) void again()
    })
  }
  /** The server said no: a call says why, and leads to the sign-in when the session is over. */
  const again = async (): Promise<void> => {
    source?.close()
    state.value = 'lost'
    await api.get('/api/v1/logs', { query: { limit: '1' } }).catch(() => undefined)
    if (isOver) return
    const pause = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]
    failures++
    clearTimeout(retry)
    retry = setTimeout(connect, pause)
  }
  connect()

  return {
    state,
    waiting,
    received,
    hasGap,
    isHeld,
    release: hand,
    close() {
      isOver = true
      clearInterval(handing)
      clearTimeout(retry)
      source?.close()
    },
  }
}
