/**
 * Times in UTC or in the zone of the browser, as the person chose. The choice is kept.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { strings } from '../strings.ts'
import { keep, kept } from './kept.ts'
import { Select } from './select.tsx'
import { distance, utc } from './time.ts'

const STORED_AS = 'keygrant.zone'

/** Whether times are shown in the zone of the browser. */
export const isLocal: Signal<boolean> = signal(kept(STORED_AS) === 'local')

/** A time in full: `2026-11-23 19:04:12 UTC`. Milliseconds since 1970. */
export function fullTime(milliseconds: number): string {
  if (!isLocal.value) return utc(Math.floor(milliseconds / 1000)) ?? ''
  const date = new Date(milliseconds)
  const minutes = -date.getTimezoneOffset()
  const shifted = utc(Math.floor(milliseconds / 1000) + minutes * 60) ?? ''
  return `${shifted.slice(0, -4)} ${offsetText(minutes)}`
}

/** A NumericDate in full, and how far it is from now; `undefined` when it is no date. Both are in seconds. */
export function numericDate(value: unknown, now: number): string | undefined {
  if (typeof value !== 'number' || utc(value) === undefined) return undefined
  return `${fullTime(value * 1000)}, ${distance(value - now)}`
}

/** The choice of zone. */
export function ZoneChoice(): JSX.Element {
  const { label, utc: inUtc, local } = strings.zone
  return (
    <Select
      id="zone"
      look="bare"
      label={label}
      value={isLocal.value ? 'local' : 'utc'}
      options={[
        ['utc', inUtc],
        ['local', local],
      ]}
      onChoose={(zone) => {
        isLocal.value = zone === 'local'
        keep(STORED_AS, zone)
      }}
    />
  )
}

function offsetText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const sign = minutes < 0 ? '-' : '+'
  return `UTC${sign}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`
}
