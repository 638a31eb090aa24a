/**
 * One request as text, to be sent to whoever helps. It never holds a signature; who it was and where from is masked.
 * @module
 */

import { visibleText } from '../../../parts/visible-text.ts'
import { checksOf, objectOf, textOf } from '../../log/entry.ts'
import type { LogEvent } from '../../wire.ts'

const MASKED = ['iss', 'sub', 'jti', 'client_id']
const STATES = { pass: 'PASS', fail: 'FAIL', skip: 'SKIP' } as const

/** Writes the report as Markdown. */
export function reportOf(event: LogEvent, server: string): string {
  const { debugData } = event.debugContext
  const checks = checksOf(event)
  const lines = [
    `## ${event.displayMessage}`,
    '',
    `- Request: ${event.transaction.id}`,
    `- Time: ${event.published}`,
    `- Server: ${server}`,
    `- Outcome: ${event.outcome.result}`,
    ...line('Error', debugData['error']),
    ...line('Description', event.outcome.reason),
    ...line('Profile', debugData['profile']),
    ...line('SHA-256 of the assertion', debugData['assertionSha256']),
    ...(checks.length === 0 ? [] : ['', '### Checks', '']),
    ...checks.map(({ check, status, sentence = '', fix }) => {
      const end = fix === undefined ? '' : ` Fix: ${fix}.`
      return `- ${STATES[status]} ${check}${sentence === '' ? '' : `: ${sentence}.`}${end}`
    }),
    ...part('Header', debugData['header']),
    ...part('Claims', debugData['claims']),
    ...part('Parameters', debugData['parameters']),
    '',
  ]
  return lines.map((text) => text.split('\n').map(visibleText).join('\n')).join('\n')
}

function line(name: string, value: unknown): readonly string[] {
  const text = textOf(value)
  return text === undefined ? [] : [`- ${name}: ${text}`]
}

function part(name: string, value: unknown): readonly string[] {
  const members = Object.entries(objectOf(value))
  if (members.length === 0) return []
  const masked = Object.fromEntries(
    members.map(([member, each]) => [member, MASKED.includes(member) ? mask(each) : each]),
  )
  // A fence that nothing inside can end: JSON escapes line breaks.
  return ['', `### ${name}`, '', '~~~~json', JSON.stringify(masked, null, 2), '~~~~']
}

/** The beginning tells two of them apart; the rest is nobody's matter. */
function mask(value: unknown): unknown {
  return typeof value === 'string' && value.length > 6 ? `${value.slice(0, 4)}…` : value
}
