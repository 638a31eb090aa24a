/**
 * The pages below `/errors`, to which `error_uri` leads (RFC 6749, section 5.2): plain HTML without a script.
 * @module
 */

import { createHash } from 'node:crypto'
import { ERROR_TOPICS, isErrorTopic } from '../error-topics.ts'
import type { Page } from '../http/pages.ts'

/** What the pages lead to. */
export interface ErrorPageOptions {
  /** Whether there is a console, where administrators find the report. */
  readonly hasConsole: boolean
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 2rem auto; padding: 0 1rem; max-width: 42rem }
h1 { font-size: 1.5rem; line-height: 1.25 }
h2 { font-size: 1.1rem; margin-top: 1.75rem }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** What the pages may do: be styled, and nothing else. */
export const ERROR_PAGE_POLICY: string = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** As `x-request-id` has it. Anything else in the query is nobody's request. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Gives the page about a topic, or the list of them; `undefined` when there is none of that name. */
export function createErrorPages({ hasConsole }: ErrorPageOptions): Page {
  return (topic, query) => {
    if (topic === undefined) return listPage()
    if (!isErrorTopic(topic)) return undefined
    const { title, meaning, causes, fix } = ERROR_TOPICS[topic]
    const requestId = query.get('request') ?? ''
    return document(title, [
      `<p><code>${topic}</code></p>`,
      `<p>${escape(meaning)}</p>`,
      '<h2>Usual causes</h2>',
      `<ul>${causes.map((cause) => `<li>${escape(cause)}</li>`).join('')}</ul>`,
      '<h2>What to do</h2>',
      `<p>${escape(fix)}</p>`,
      ...(REQUEST_ID.test(requestId) ? reportLines(requestId, hasConsole) : []),
      '<p><a href="/errors">All errors</a></p>',
    ])
  }
}

function listPage(): string {
  const items = Object.entries(ERROR_TOPICS).map(
    ([topic, { title }]) =>
      `<li><a href="/errors/${topic}">${escape(title)}</a> <code>${topic}</code></li>`,
  )
  return document('Why a request is refused', [`<ul>${items.join('')}</ul>`])
}

/** The report is behind a sign-in: the page itself tells nothing of the request. */
function reportLines(requestId: string, hasConsole: boolean): readonly string[] {
  const place = hasConsole ? `<a href="/console/log/${requestId}">in the console</a>, or ` : ''
  return [
    '<h2>This request</h2>',
    `<p>Request <code>${requestId}</code>. Administrators see what was expected and what came ${place}with <code>keygrant log show ${requestId}</code>.</p>`,
  ]
}

function document(title: string, content: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex">',
    `<title>${escape(title)} – Keygrant</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escape(title)}</h1>`,
    ...content,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
