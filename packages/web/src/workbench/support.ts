/**
 * A text for whoever helps: what was signed, what came back and what the rulebook finds. Without the signature,
 * the `jti` and every token.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import { utc } from '../parts/time.ts'
import { visibleText } from '../parts/visible-text.ts'
import { isHarmless } from '../parts/workbench-link.ts'
import { strings } from '../strings.ts'
import { kid, alg, reading, typ } from './claims.ts'
import { tokenExchange } from './exchange.ts'
import { knownIssuer, metadata, tokenEndpoint } from './server.ts'
import { signed } from './signing.ts'
import { stepStrings } from './step-strings.ts'

declare const __VERSION__: string

const { share: texts, faults: faultTexts } = stepStrings

/** Writes the text as Markdown. */
export function supportText(findings: readonly Finding[], masksClient: boolean): string {
  const { supportLines: lines } = texts
  const made = signed.value
  const outcome = tokenExchange.value?.outcome
  const read = reading.value
  const claims = made?.claims ?? (read.ok ? read.claims : {})
  const header = { alg: alg.value, kid: kid.value, typ: typ.value }
  const clientIds = [claims['iss'], claims['sub']].filter(
    (id): id is string => typeof id === 'string' && id !== '',
  )
  const facts: readonly (readonly [string, string | undefined])[] = [
    [lines.server, knownIssuer.value],
    [lines.endpoint, tokenEndpoint.value],
    [lines.policy, policyText()],
    [lines.time, utc(Math.floor(Date.now() / 1000))],
    [lines.broken, made?.fault === undefined ? undefined : faultTexts.names[made.fault.id]],
    [lines.answer, outcome?.kind === 'answered' ? answerOf(outcome) : undefined],
    [
      lines.requestId,
      outcome?.kind === 'answered' ? (outcome.headers.get('x-request-id') ?? undefined) : undefined,
    ],
  ]
  const text = [
    `## ${texts.supportTitle}, ${strings.version(__VERSION__)}`,
    '',
    ...facts.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`- ${name}: \`${visibleText(value)}\``],
    ),
    '',
    `### ${lines.findings}`,
    '',
    ...(made === undefined
      ? [lines.unsigned]
      : findings.length === 0
        ? [lines.none]
        : findings.map(({ rule, sentence, fix }) =>
            visibleText(`- \`${rule}\`: ${sentence}${fix === '' ? '' : `; ${fix}`}`),
          )),
    '',
    ...block(lines.header, header),
    ...block(lines.claims, shareable(claims)),
  ].join('\n')
  return masksClient ? clientIds.reduce((all, id) => all.replaceAll(id, texts.masked), text) : text
}

const POLICY_MEMBERS = [
  'profile',
  'audience',
  'max_lifetime_seconds',
  'clock_tolerance_seconds',
  'jti_required',
] as const

/** By what the server says that it judges; nothing of one that does not say it. */
function policyText(): string | undefined {
  const found = metadata.value
  if (found.state !== 'found') return undefined
  return POLICY_MEMBERS.flatMap((name) => {
    const value = found.policy[name]
    return ['string', 'number', 'boolean'].includes(typeof value)
      ? [`${name} ${String(value).slice(0, 100)}`]
      : []
  }).join(', ')
}

function block(title: string, value: object): readonly string[] {
  return [`### ${title}`, '', '```json', visibleText(JSON.stringify(value, null, 2)), '```', '']
}

/** The claims without the `jti` and without what could be a secret. */
function shareable(claims: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      name === 'jti' || !isHarmless(value) ? texts.masked : value,
    ]),
  )
}

function answerOf({
  status,
  body,
}: {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | undefined
}): string {
  const { error, error_description: description } = body ?? {}
  return [String(status), error, description].filter((each) => typeof each === 'string').join(' ')
}
