/**
 * Showing text that we did not write: nothing in it may steer the terminal, and no key comes back.
 * @module
 */

/** Control characters, and the invisible ones that reorder or hide text. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/** Writes control and invisible characters as `\uXXXX`; everything else stays as it is. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A value as JSON on one line, without anything that a terminal would obey. */
export function showJson(value: unknown): string {
  return escapeControls(JSON.stringify(value) ?? 'nothing')
}

/** What a person typed, in quotes and cut to a length that fits a line; keys and JWTs are only named. */
export function quoteInput(input: string): string {
  if (holdsKey(input)) return '[a key]'
  if (/^eyJ[\w-]*\.[\w-]*\./.test(input)) return '[a JWT]'
  const shown = escapeControls(input)
  return shown.length > 80 ? `"${shown.slice(0, 80)}…"` : `"${shown}"`
}

/** Whether a text is (or holds) a key in JSON or PEM form, rather than a name. */
export function holdsKey(text: string): boolean {
  return text.includes('-----BEGIN') || /"(?:kty|d|k)"\s*:/.test(text)
}
