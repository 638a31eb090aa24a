/**
 * A traced exchange as text for people.
 * @module
 */

import type { TracedExchange, TracedField } from './traced-exchange.ts'

/** One exchange: what was sent behind `>`, what came behind `<`. */
export function describeExchange(exchange: TracedExchange): string {
  const { method, url, startedAt, durationMs, status, error, body } = exchange
  const time = new Date(startedAt * 1000).toISOString()
  const answer =
    status === undefined
      ? [`< no answer: ${error ?? 'unknown reason'}`]
      : [`< HTTP ${status}`, ...exchange.responseHeaders.flatMap((each) => lines('<', ': ', each))]
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return [
    `${time}  ${method} ${url}  ${Math.round(durationMs)} ms`,
    ...exchange.requestHeaders.flatMap((each) => lines('>', ': ', each)),
    ...exchange.form.flatMap((each) => lines('>', '=', each)),
    ...answer,
    ...(text === undefined ? [] : [`< ${text}`]),
    '',
  ]
    .map(onOneLine)
    .join('\n')
}

function lines(mark: string, between: string, { name, value, jwt }: TracedField): string[] {
  const line = `${mark} ${name}${between}${value}`
  if (jwt === undefined) return [line]
  return [
    line,
    `${mark}   header     ${JSON.stringify(jwt.header)}`,
    `${mark}   claims     ${JSON.stringify(jwt.claims)}`,
    `${mark}   signature  [${jwt.signatureOctets} octets]`,
  ]
}

/** What another wrote steers no terminal, and begins no line of its own. */
function onOneLine(text: string): string {
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
