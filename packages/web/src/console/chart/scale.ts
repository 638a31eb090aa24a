/**
 * Scales: from values to places, and the values that an axis names.
 * @module
 */

/** Milliseconds for people: what is large needs no parts. */
export function milliseconds(value: number): string {
  return number(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10)
}

/** Round values from 0 to at least `max`, about `count` of them. */
export function ticks(max: number, count = 4): readonly number[] {
  if (!(max > 0)) return [0, 1]
  const rough = max / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough) ?? 10
  const size = step * power
  const found: number[] = []
  for (let index = 0; (index - 1) * size < max; index++) found.push(round(index * size))
  return found
}

/** Counts are whole: their ticks are too. */
export function wholeTicks(max: number, count = 4): readonly number[] {
  return max <= count
    ? Array.from({ length: Math.max(1, Math.ceil(max)) + 1 }, (_, index) => index)
    : ticks(max, count).filter((tick) => Number.isInteger(tick))
}

/** Steps of which an axis of time names one: every one of those that fall on a round time. */
export function timeTicks(
  since: number,
  step: number,
  count: number,
  room: number,
): readonly number[] {
  const ROUND = [
    60, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  ].map((seconds) => seconds * 1000)
  const every =
    ROUND.find((each) => each >= step && (count * step) / each <= room) ?? ROUND[ROUND.length - 1]
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => (since + index * step) % (every as number) === 0,
  )
}

/** A number for people: 12 400 and 0.25. */
export function number(value: number): string {
  const [whole = '', part] = String(round(value)).split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, '\u202F')
  return part === undefined ? grouped : `${grouped}.${part}`
}

/** A share for people: 11 %, 0.2 %. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %'
  const share = (part / whole) * 100
  return `${share >= 10 || share === 0 ? Math.round(share) : Math.round(share * 10) / 10} %`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
