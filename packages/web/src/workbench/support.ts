/**
 * A text for whoever helps: what was signed, what came back and what the rulebook finds. It never holds the signature or a
 * token, and not what its author masks.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import { type Mask, maskerOf } from '../parts/masks.ts'
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
export function supportText(findings: readonly Finding[], masks: ReadonlySet<Mask>): string {
  const { supportLines: lines } = texts
  const made = signed.value
  const outcome = tokenExchange.value?.outcome
  const read = reading.value
  const claims = made?.claims ?? (read.ok ? read.claims : {})
  const header = { alg: alg.value, kid: kid.value, typ: typ.value }
  const masker = maskerOf(
    {
      parts: [header, claims],
      known: {
        client: [made?.clientId],
        key: [kid.value],
        server: [knownIssuer.value, tokenEndpoint.value],
      },
    },
    masks,
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
  return [
    `## ${texts.supportTitle}, ${strings.version(__VERSION__)}`,
    '',
    ...facts.flatMap(([name, value]) =>
      value === undefined || value === ''
        ? []
        : [`- ${name}: \`${masker.text(visibleText(value))}\``],
    ),
    '',
    `### ${lines.findings}`,
    '',
    ...(made === undefined
      ? [lines.unsigned]
      : findings.length === 0
        ? [lines.none]
        : findings.map(({ rule, sentence, fix }) =>
            masker.text(visibleText(`- \`${rule}\`: ${sentence}${fix === '' ? '' : `; ${fix}`}`)),
          )),
    '',
    ...block(lines.header, masker.part(header)),
    ...block(lines.claims, masker.part(harmless(claims))),
  ].join('\n')
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

function block(title: string, value: object | string): readonly string[] {
  return [`### ${title}`, '', '```json', visibleText(JSON.stringify(value, null, 2)), '```', '']
}

/** The claims without what could be a secret: a person can't want that in it. */
function harmless(claims: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, isHarmless(value) ? value : texts.masked]),
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
