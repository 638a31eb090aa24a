/**
 * Showing what another program or service said: cut, on one line, with nothing secret in it.
 * @module
 */

import { escapeControls, holdsKey } from '../untrusted-text.ts'

const LONGEST = 300

/**
 * Text of another program, as it may stand in an error: control characters escaped, JWTs and tokens
 * named only, cut in the middle when it is long, because errors stand at the end of what is written.
 */
export function showForeign(text: string): string {
  if (holdsKey(text)) return '[text that holds a key]'
  const line = text.trim().replaceAll(/\s*[\r\n]+\s*/g, '; ')
  const shown = escapeControls(
    line
      .replaceAll(/eyJ[\w-]+\.[\w-]*(\.[\w-]*)?/g, '[a JWT]')
      .replaceAll(/\b(hv[sbr]|s|b)\.[A-Za-z0-9_-]{20,}/g, '[a token]'),
  )
  if (shown.length <= LONGEST) return shown
  return `${shown.slice(0, LONGEST / 3)} … ${shown.slice((-LONGEST * 2) / 3)}`
}

/** The message of whatever was thrown, as it may stand in an error. */
export function showError(error: unknown): string {
  if (!(error instanceof Error)) return showForeign(String(error))
  const { message } = error
  return showForeign(message === '' ? error.name : message)
}
