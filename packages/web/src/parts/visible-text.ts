/**
 * Untrusted text for show: what can't be seen, or changes how its neighbours look, is escaped.
 * @module
 */

const TRICKY =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g
const MAX_SHOWN = 600

/** A text with its controls and marks of direction as `\u202e`. */
export function visibleText(text: string): string {
  return text.replaceAll(TRICKY, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A JSON value on one line, cut to a length that a page can show. */
export function visibleJson(value: unknown): string {
  const text = visibleText(JSON.stringify(value) ?? 'undefined')
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
