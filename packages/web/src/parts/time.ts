/**
 * NumericDates in words.
 * @module
 */

import { strings } from '../strings.ts'

const UNITS = [
  ['y', 31_556_952],
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const
const LAST_SECOND = 253_402_300_799

/** `2026-11-23 19:04:12 UTC`; `undefined` when the number is no date before the year 10000. */
export function utc(seconds: number): string | undefined {
  if (!(seconds >= 0 && seconds <= LAST_SECOND)) return undefined
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A moment as people write it: seconds since 1970, or a date and time, in UTC unless it says. */
export function parseInstant(text: string): number | undefined {
  const trimmed = text.trim().replace(/ ?UTC$/i, 'Z')
  const isUtc = /(?:z|[+-]\d\d:?\d\d)$/i.test(trimmed)
  const seconds = /^\d{1,12}$/.test(trimmed)
    ? Number(trimmed)
    : Math.floor(Date.parse(isUtc ? trimmed : `${trimmed}Z`) / 1000)
  return utc(seconds) === undefined ? undefined : seconds
}

/** The distance from now in its two largest units: `in 4 min 58 s`, `5 y 8 d ago`. */
export function distance(seconds: number): string {
  const { distance: put, atNow } = strings.time
  let rest = Math.abs(Math.round(seconds))
  if (rest === 0) return atNow
  const parts: string[] = []
  for (const [unit, length] of UNITS) {
    const whole = Math.floor(rest / length)
    if (whole > 0) parts.push(`${whole} ${unit}`)
    else if (parts.length > 0) break
    rest -= whole * length
    if (parts.length === 2) break
  }
  return put(parts.join(' '), seconds < 0)
}
