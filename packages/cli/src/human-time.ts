/**
 * NumericDates in words.
 * @module
 */

const UNITS = [
  ['year', 31_556_952],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** A NumericDate as a date and its distance from now: `2023-11-14T22:13:20Z, 5 minutes ago`. */
export function humanTime(seconds: number, now: number): string {
  const date = toIso(seconds)
  if (date === undefined) return 'not a date; is it in milliseconds?'
  return `${date}, ${humanDistance(seconds - now)}`
}

/** The distance in the largest unit that gives at least two, or in seconds. */
export function humanDistance(seconds: number): string {
  const size = Math.abs(Math.trunc(seconds))
  if (size === 0) return 'now'
  const [unit, length] = UNITS.find((entry) => size >= 2 * entry[1]) ?? (['second', 1] as const)
  const count = Math.floor(size / length)
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return seconds > 0 ? `in ${words}` : `${words} ago`
}

/** Dates beyond the year 9999 are milliseconds by mistake, not dates. */
function toIso(seconds: number): string | undefined {
  if (!(seconds >= 0 && seconds < 253_402_300_800)) return undefined
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}
