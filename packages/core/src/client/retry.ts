/**
 * When to send again, and after how long.
 * @module
 */

/** The longest pause that is believed, in seconds: a day. */
const MAX_RETRY_AFTER_SECONDS = 86_400
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 8_000

/**
 * Reads `Retry-After`, in seconds or as a date. A date is compared with the `Date` of the same
 * answer where there is one, so that a wrong clock of this machine does not matter.
 *
 * @param nowMs Time of this machine, in milliseconds since 1970.
 * @see RFC 9110, section 10.2.3, Retry-After
 */
export function retryAfterSeconds(headers: Headers, nowMs: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? ''
  const sent = Date.parse(headers.get('date') ?? '')
  const seconds = /^\d+$/.test(text)
    ? Number(text)
    : (Date.parse(text) - (Number.isNaN(sent) ? nowMs : sent)) / 1000
  if (Number.isNaN(seconds)) return rateLimitSeconds(headers, nowMs)
  return Math.min(Math.max(0, Math.ceil(seconds)), MAX_RETRY_AFTER_SECONDS)
}

/** Okta says when a limit ends in a header of its own, as a NumericDate; it counts once the limit is reached. */
function rateLimitSeconds(headers: Headers, nowMs: number): number | undefined {
  const reset = Number(headers.get('x-rate-limit-reset') ?? Number.NaN)
  if (Number.isNaN(reset) || headers.get('x-rate-limit-remaining') !== '0') return undefined
  const sent = Date.parse(headers.get('date') ?? '')
  const seconds = reset - (Number.isNaN(sent) ? nowMs : sent) / 1000
  return Math.min(Math.max(0, Math.ceil(seconds)), MAX_RETRY_AFTER_SECONDS)
}

/** Whether an answer of this status says that another try may go better. */
export function isTransientStatus(status: number | undefined): boolean {
  return status === 408 || status === 425 || status === 429 || (status ?? 0) >= 500
}

/**
 * The pause before the next try, in milliseconds: what the server says, else one that doubles, with
 * a random half so that many clients do not come back at once.
 *
 * @param failures How many tries have failed, from 1.
 */
export function pauseMs(failures: number, statedSeconds: number | undefined): number {
  if (statedSeconds !== undefined) return statedSeconds * 1000 + Math.random() * FIRST_PAUSE_MS
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  return longest * (0.5 + Math.random() / 2)
}
