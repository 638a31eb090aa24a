/**
 * Times: date, time and zone, and how far away; in UTC or in the zone of the browser, as the person chose.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { distance, utc } from '../../parts/time.ts'
import { serverNow } from '../api.ts'
import { consoleStrings } from '../strings.ts'

const STORED_AS = 'keygrant.zone'
const MINUTE_MS = 60_000

/** Whether times are shown in the zone of the browser. */
export const isLocal: Signal<boolean> = signal(stored())

/** The moment by which distances are told; it moves on once a minute, so that nothing flickers. */
export const minute: Signal<number> = signal(serverNow())

/** Lets distances move on. */
export function watchMinutes(): void {
  setInterval(() => (minute.value = serverNow()), MINUTE_MS)
}

/** A time in full: `2026-11-23 19:04:12 UTC`. */
export function fullTime(milliseconds: number): string {
  if (!isLocal.value) return utc(Math.floor(milliseconds / 1000)) ?? ''
  const date = new Date(milliseconds)
  const minutes = -date.getTimezoneOffset()
  const shifted = utc(Math.floor(milliseconds / 1000) + minutes * 60) ?? ''
  return `${shifted.slice(0, -4)} ${offsetText(minutes)}`
}

/** How far away a time is: `4 min ago`. */
export function timeAway(milliseconds: number): string {
  const now = Math.max(minute.value, serverNow())
  return distance(Math.round((milliseconds - now) / 1000))
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
        <small>{fullTime(milliseconds)}</small>
      </time>
    )
  }
  return (
    <time class="instant" dateTime={dateTime}>
      {fullTime(milliseconds)} <span class="muted">({timeAway(milliseconds)})</span>
    </time>
  )
}

/** The choice of zone. */
export function ZoneChoice(): JSX.Element {
  const { label, utc: inUtc, local } = consoleStrings.zone
  return (
    <label class="zone">
      <span class="visually-hidden">{label}</span>
      <select
        value={isLocal.value ? 'local' : 'utc'}
        onChange={(event) => {
          isLocal.value = event.currentTarget.value === 'local'
          store(isLocal.value)
        }}
      >
        <option value="utc">{inUtc}</option>
        <option value="local">{local}</option>
      </select>
    </label>
  )
}

function offsetText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const sign = minutes < 0 ? '-' : '+'
  return `UTC${sign}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}

function stored(): boolean {
  try {
    return localStorage.getItem(STORED_AS) === 'local'
  } catch {
    return false
  }
}

function store(isNowLocal: boolean): void {
  try {
    localStorage.setItem(STORED_AS, isNowLocal ? 'local' : 'utc')
  } catch {
    // The choice then lasts as long as the page.
  }
}
