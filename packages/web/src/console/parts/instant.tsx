/**
 * Times: date, time and zone, and how far away; in UTC or in the zone of the browser, as the person chose.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { distance } from '../../parts/time.ts'
import { fullTime } from '../../parts/zone.tsx'
import { serverNow } from '../api.ts'
import { consoleStrings } from '../strings.ts'

export { fullTime }

const MINUTE_MS = 60_000

/** The moment by which distances are told; it moves on once a minute, so that nothing flickers. */
export const minute: Signal<number> = signal(serverNow())

/** Lets distances move on. */
export function watchMinutes(): void {
  setInterval(() => (minute.value = serverNow()), MINUTE_MS)
}

/** How far away a time is: `4 min ago`. */
export function timeAway(milliseconds: number): string {
  const now = Math.max(minute.value, serverNow())
  return distance(Math.round((milliseconds - now) / 1000))
}

/** A time that breaks after its date alone. */
export function FullTime({ at }: { readonly at: number }): JSX.Element {
  const [date, ...time] = fullTime(at).split(' ')
  return (
    <>
      {date} <span class="whole">{time.join(' ')}</span>
    </>
  )
}

/** A time, with how far away it is. `isShort`: the distance stands first, and the time in small letters below. */
export function Instant({
  at,
  isShort = false,
}: {
  /** ISO 8601, or milliseconds since 1970; nothing means never. */
  readonly at: string | number | null | undefined
  readonly isShort?: boolean
}): JSX.Element {
  if (at === null || at === undefined) {
    return <span class="muted">{consoleStrings.never}</span>
  }
  const milliseconds = typeof at === 'number' ? at : Date.parse(at)
  const dateTime = new Date(milliseconds).toISOString()
  if (isShort) {
    return (
      <time class="instant is-short" dateTime={dateTime}>
        <span>{timeAway(milliseconds)}</span>
        <small>
          <FullTime at={milliseconds} />
        </small>
      </time>
    )
  }
  return (
    <time class="instant" dateTime={dateTime}>
      <FullTime at={milliseconds} /> <span class="muted">({timeAway(milliseconds)})</span>
    </time>
  )
}
