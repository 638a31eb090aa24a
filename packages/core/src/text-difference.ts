/**
 * How two short texts differ, for a person who compares a URL with the one that was expected.
 * @module
 */

/**
 * Names the difference between what was expected and what was found: white space, letter case,
 * `http` for `https`, a slash at the end, or the first character that differs.
 */
export function describeDifference(expected: string, actual: string): string {
  if (actual.trim() === expected) return 'has white space around it'
  if (actual.toLowerCase() === expected.toLowerCase()) return 'differs only in letter case'
  if (withoutSlash(actual) === withoutSlash(expected)) {
    return actual.endsWith('/') ? 'has a slash too much at its end' : 'lacks the slash at its end'
  }
  if (withoutScheme(actual) === withoutScheme(expected)) {
    return `begins with ${scheme(actual)} instead of ${scheme(expected)}`
  }
  if (expected.startsWith(actual)) return `lacks "${expected.slice(actual.length)}" at its end`
  if (actual.startsWith(expected))
    return `has "${actual.slice(expected.length)}" too much at its end`
  let at = 0
  while (expected[at] === actual[at]) at++
  return `differs from character ${at + 1} on: "${actual.slice(at, at + 12)}" instead of "${expected.slice(at, at + 12)}"`
}

/** The candidate that begins most like a text. */
export function closestText(candidates: readonly string[], text: string): string | undefined {
  return candidates.reduce<string | undefined>(
    (best, candidate) =>
      best === undefined || sharedPrefix(candidate, text) > sharedPrefix(best, text)
        ? candidate
        : best,
    undefined,
  )
}

function sharedPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:/, '')
}

function scheme(url: string): string {
  return url.startsWith('https:') ? 'https' : 'http'
}
