/**
 * The report as text, to be pasted where people ask for help. It never holds the signature.
 * @module
 */

import { utc } from '../parts/time.ts'
import { visibleText } from '../parts/visible-text.ts'
import { strings } from '../strings.ts'
import type { Inspection } from './inspection.ts'
import { readLeniently } from './lenient.ts'
import { redactValue } from './redact.ts'
import { resultStrings } from './result-strings.ts'
import { inspectorStrings } from './strings.ts'

/** Writes the report. */
export function reportText(result: Inspection): string {
  const inspector = inspectorStrings
  const { question, kind, checks, explain, causes, advice, verdict, parsed, server } = result
  const { issuer, endpoint, clientId, audience } = question.receiver
  const isToken = kind === 'access_token' || kind === 'id_token'
  const expected = [
    ...(isToken
      ? []
      : [
          ['profile', question.profile],
          ['endpoint', endpoint.value],
        ]),
    ['issuer', issuer.value],
    ...(isToken ? [['audience', audience.value]] : [['client_id', clientId.value]]),
    ['keys', question.keys?.map(({ kid }) => kid).join(', ')],
  ].filter(([, value]) => server === undefined && value !== undefined && value !== '')
  const lines = [
    `${strings.product} ${inspector.title}: ${inspector.kinds[kind]}`,
    inspector.verdicts[verdict],
    server === undefined
      ? `${inspector.time.title}: ${utc(question.now) ?? question.now}`
      : resultStrings.server.judged(server.issuer, server.at),
    ...expected.map(([name, value]) => `${inspector.receiver.title}: ${name} ${value}`),
    ...causes.flatMap(({ sentence, fix }, index) => [
      '',
      index === 0 ? `${inspector.cause}: ${sentence}` : `${inspector.otherCauses}: ${sentence}`,
      ...(fix === '' ? [] : [`  ${strings.fix}: ${fix}`]),
    ]),
    '',
    resultStrings.title,
    ...checks.map((check) => {
      const word = strings.states[check.status].toUpperCase().padEnd(7)
      return `  ${word} ${check.check.padEnd(10)} ${explain(check).sentence}`
    }),
    ...advice.map(
      ({ sentence, fix }) => `  ${strings.severities.warning.toUpperCase()} ${sentence}; ${fix}`,
    ),
    '',
    inspector.header,
    json(parsed.header ?? readLeniently(question.jwt.split('.')[0] ?? '')),
    '',
    `${inspector.claimsTitle} (${inspector.unverifiedClaims})`,
    json(parsed.claims ?? readLeniently(question.jwt.split('.')[1] ?? '')),
    '',
  ]
  return lines.map((line) => line.split('\n').map(visibleText).join('\n')).join('\n')
}

function json(value: object | string | undefined): string {
  if (value === undefined) return inspectorStrings.unreadable
  return typeof value === 'string' ? value : JSON.stringify(redactValue(value), undefined, 2)
}
