/**
 * What changed, told from node to node: `NOTIFY` says at once that there is something, a table says what,
 * and asking often enough finds it when the notification is lost.
 * @module
 */

import type { ChangeListeners } from './change-listeners.ts'
import type { StorageChange } from './ports.ts'
import { type PostgresConnections, requireKnown, type RunQuery } from './postgres-connection.ts'
import { CHANNEL } from './postgres-schema.ts'
import { type ChangeRow, changeValues, KEPT_CHANGES, readChangeRow } from './rows.ts'

/** The changes, as one node sees them. */
export interface PostgresChanges {
  /** Notes a change and announces it, in the transaction that makes it and under the lock of the log. */
  note(query: RunQuery, change: Exclude<StorageChange, { what: 'anything' }>): Promise<void>
  /** Reads and tells what was committed before now. */
  readNew(): Promise<void>
  /** Reads and tells everything up to a place at least. */
  catchUp(place: number): Promise<void>
  /** Notes that everything was told that had been committed at a time of `performance.now()`. */
  confirm(at: number): void
  isInTouch(): boolean
  /** Begins to listen and to ask; the second time it does nothing. */
  start(): void
  prune(query: RunQuery): Promise<void>
  stop(): void
}

/** One row for each change, or one without a change when there is none. */
interface ReadRow extends Omit<ChangeRow, 'place'> {
  readonly works_from: number
  readonly place: ChangeRow['place'] | null
  readonly first: string
}

function isChange(row: ReadRow): row is ReadRow & ChangeRow {
  return row.place !== null
}

const POLL_MS = 400
const RECONNECT_MS = 500
/** After this long without an answer, what is remembered may be out of date. */
const IN_TOUCH_MS = 1000

/** The changes after a place. */
export function createPostgresChanges(
  connections: PostgresConnections,
  listeners: ChangeListeners,
  place: number,
): PostgresChanges {
  let seen = place
  let inTouchAt = performance.now()
  let reading: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let stopListening: (() => void) | undefined
  let isStarted = false
  let isStopped = false

  const read = async (): Promise<void> => {
    const at = performance.now()
    const rows = await connections.lend((query) =>
      query<ReadRow>({
        name: 'keygrant_changes',
        text: `SELECT works_from_version AS works_from, place, kind, id,
            (SELECT min(place) FROM keygrant.changes) AS first
          FROM keygrant.schema_version LEFT JOIN keygrant.changes ON place > $1 ORDER BY place`,
        values: [seen],
      }),
    )
    requireKnown(rows[0]?.works_from)
    const made = rows.filter(isChange)
    const [next] = made
    if (next !== undefined) {
      const isGap = Number(next.first) > seen + 1
      seen = Number(made.at(-1)?.place)
      listeners.tell(isGap ? [{ what: 'anything' }] : made.map(readChangeRow))
    }
    confirm(at)
  }

  const confirm = (at: number): void => {
    inTouchAt = Math.max(inTouchAt, at)
  }

  /** One reading after the other: each begins where the one before ended. */
  const readInTurn = (isNeeded: () => boolean): Promise<void> => {
    const mine = reading.then(() => (isNeeded() ? read() : undefined))
    reading = mine.catch(() => undefined)
    return mine
  }

  const poll = (): void => {
    readInTurn(() => !isStopped)
      // The next one finds what this one missed.
      .catch(() => undefined)
      .finally(() => {
        if (!isStopped) timer = setTimeout(poll, POLL_MS).unref()
      })
  }

  const listenOnce = async (on: { notification(): void; broken(): void }): Promise<void> => {
    const stop = await connections.listen(CHANNEL, on)
    if (isStopped) stop()
    else stopListening = stop
  }

  const listen = (): void => {
    const again = (): void => {
      stopListening = undefined
      if (!isStopped) setTimeout(listen, RECONNECT_MS).unref()
    }
    const on = { notification: hear, broken: again }
    void listenOnce(on).catch(again)
  }

  const hear = (): void => {
    readInTurn(() => !isStopped).catch(() => undefined)
  }

  return {
    async note(query, change) {
      await query({
        text: 'INSERT INTO keygrant.changes (kind, id) VALUES ($1, $2)',
        values: [...changeValues(change)],
      })
      await query({ text: `NOTIFY ${CHANNEL}` })
    },
    readNew: () => readInTurn(() => true),
    catchUp: (upTo) => readInTurn(() => seen < upTo),
    confirm,
    isInTouch: () => performance.now() - inTouchAt < IN_TOUCH_MS,
    start() {
      if (isStarted) return
      isStarted = true
      listen()
      poll()
    },
    async prune(query) {
      await query({
        text: `DELETE FROM keygrant.changes
          WHERE place <= (SELECT max(place) FROM keygrant.changes) - $1`,
        values: [KEPT_CHANGES],
      })
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      stopListening?.()
    },
  }
}
