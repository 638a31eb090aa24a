/**
 * The audit log as it grows: server-sent events, each with the entries that came since the one before.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import type { StoredAuditEntry } from '../storage/ports.ts'
import { ApiError, InputError } from './api-error.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { InsufficientScopeError } from './bearer.ts'
import { readLogTests } from './log-filter.ts'
import { PAGE, type Watch } from './log-tail.ts'
import { readKind } from './log-query.ts'
import { logEventJson } from './wire.ts'

/** A line goes out at least this often, so that no proxy takes the connection for dead. */
const HEARTBEAT_MS = 15_000
/** How long a browser waits before it comes back. */
const RETRY_MS = 2000

/** An event of the stream. */
export type LogStreamEvent =
  /** Entries, the oldest first. */
  | 'entries'
  /** Entries between two places are not there any more, or never were. */
  | 'gap'
  /** Whoever watches may no longer. */
  | 'over'

/**
 * Streams entries that fit `filter` and `q`. It goes on after `Last-Event-ID`, or `after`: the place of an entry that was
 * had already, whichever process it came from. Without one it begins with what comes next.
 *
 * Ends when the session or the access token does, when a right was taken, and when the server stops.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function streamLogs(
  { audit, logTail }: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { query, headers, method } = call.request
  const accepts = readLogTests(query, readKind(query))
  const last = readPlace(headers['last-event-id'] ?? query.get('after') ?? undefined)
  const { start, end } = await audit.ends()
  const isThere = last === undefined || (last >= start.id && last <= end.id)
  const after = last === undefined || last > end.id ? end.id : Math.max(last, start.id)
  const answer = { status: 200, headers: { 'content-type': 'text/event-stream' } }
  if (method === 'HEAD') return answer
  const watch = logTail.watch(call.actorId)
  return {
    ...answer,
    stream: (signal) =>
      follow({ watch, accepts, call, signal, after, missed: isThere ? undefined : last }),
  }
}

interface Following {
  readonly watch: Watch
  readonly accepts: (entry: StoredAuditEntry) => boolean
  readonly call: AdminCall
  readonly signal: AbortSignal
  readonly after: number
  /** The place that was asked for, and from which it can't go on. */
  readonly missed: number | undefined
}

async function* follow(following: Following): AsyncGenerator<string, void, undefined> {
  const { watch, accepts, call, signal } = following
  let { after } = following
  let sentAt = performance.now()
  let judgedAt = sentAt
  let judgedChanges = watch.changes
  try {
    yield `retry: ${RETRY_MS}\n${identified(after)}`
    if (following.missed !== undefined) {
      yield message('gap', after, { asked: following.missed, continued: after })
    }
    while (!signal.aborted) {
      const now = performance.now()
      if (watch.changes !== judgedChanges || now - judgedAt >= HEARTBEAT_MS) {
        judgedChanges = watch.changes
        judgedAt = now
        if (!(await mayStillWatch(call))) return yield message('over', after, {})
      }
      const page = await watch.read(after)
      const last = page.at(-1)
      if (last !== undefined) {
        after = last.id
        const wanted = page.filter(accepts)
        if (wanted.length > 0) {
          yield message('entries', after, wanted.map(logEventJson))
          sentAt = now
        }
      }
      if (now - sentAt >= HEARTBEAT_MS) {
        yield identified(after)
        sentAt = now
      }
      if (page.length < PAGE) await watch.tick(signal)
    }
  } finally {
    watch.end()
  }
}

/** Whether the right is still there. A store that fails ends the stream: nobody watches on trust. */
async function mayStillWatch(call: AdminCall): Promise<boolean> {
  try {
    await call.requireAgain()
    return true
  } catch (error) {
    if (error instanceof ApiError || error instanceof InsufficientScopeError) return false
    throw error
  }
}

/** JSON has no line break of its own: one line of data is enough. */
function message(event: LogStreamEvent, place: number, data: unknown): string {
  return `id: ${place}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Moves the place where a browser goes on, and says nothing. */
function identified(place: number): string {
  return `id: ${place}\n\n`
}

function readPlace(text: unknown): number | undefined {
  if (text === undefined || text === '') return undefined
  if (typeof text === 'string' && /^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InputError('after', ["'Last-Event-ID' and 'after' must be taken from an event."])
}
