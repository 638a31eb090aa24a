/**
 * The report as Markdown, to be pasted where people ask for help. It never holds the signature, and not what its
 * author masks.
 * @module
 */

import { type Mask, type Masker, maskerOf, USUAL_MASKS } from '../parts/masks.ts'
import { utc } from '../parts/time.ts'
import { visibleText } from '../parts/visible-text.ts'
import { strings } from '../strings.ts'
import { type Inspection, rulesOf } from './inspection.ts'
import { readLeniently } from './lenient.ts'
import { redactValue } from './redact.ts'
import { resultStrings } from './result-strings.ts'
import { inspectorStrings } from './strings.ts'

/** What a report says besides the result. */
export interface ReportContext {
  /** The version of the product, in words. */
  readonly version?: string
  /** The ID of the request in which it came, where that is known. */
  readonly requestId?: string | undefined
}

/** Writes the report. */
export function reportText(
  result: Inspection,
  masks: ReadonlySet<Mask> = USUAL_MASKS,
  { version, requestId }: ReportContext = {},
): string {
  const inspector = inspectorStrings
  const { question, kind, checks, explain, causes, advice, verdict, server } = result
  const { issuer, endpoint, clientId, audience } = question.receiver
  const isToken = kind === 'access_token' || kind === 'id_token'
  const expected = [
    ...(isToken ? [] : [['endpoint', endpoint.value]]),
    ['issuer', issuer.value],
    ...(isToken ? [['audience', audience.value]] : [['client_id', clientId.value]]),
    ['keys', question.keys?.map(({ kid }) => kid).join(', ')],
  ].filter(([, value]) => server === undefined && value !== undefined && value !== '')
  const [header, claims] = partsOf(result)
  const masker = maskerOf(
    {
      parts: [header, claims].filter((part) => typeof part === 'object'),
      known: {
        client: [clientId.value, server?.app?.id, server?.app?.label].concat([
          server?.signer?.appId,
          server?.signer?.label,
        ]),
        key: [...(question.keys ?? []).map(({ kid }) => kid), server?.signer?.kid],
        server: [issuer, endpoint, audience]
          .map(({ value }) => value)
          .concat([server?.issuer, server?.endpoint]),
      },
      isAudClient: kind === 'id_token',
    },
    masks,
  )
  const facts = [
    ...(version === undefined ? [] : [version]),
    inspector.verdicts[verdict],
    ...(requestId === undefined ? [] : [resultStrings.support.requestId(requestId)]),
    server === undefined
      ? `${resultStrings.time.title}: ${utc(question.now) ?? question.now}`
      : resultStrings.server.judged(server.issuer, server.at),
    ...(kind === 'assertion' ? [policyOf(server?.profile ?? question.profile)] : []),
    ...expected.map(([name, value]) => `${inspector.receiver.title}: ${name} ${value}`),
    ...causes.flatMap(({ sentence, fix }, index) => [
      '',
      index === 0
        ? `${resultStrings.cause}: ${sentence}`
        : `${resultStrings.otherCauses}: ${sentence}`,
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
  ]
  return [
    `## ${strings.product} ${inspector.title}: ${inspector.kinds[kind]}`,
    fenced('text', masker.text(facts.join('\n'))),
    `### ${resultStrings.header}`,
    json(header, masker),
    `### ${resultStrings.claimsTitle} (${resultStrings.unverifiedClaims})`,
    json(claims, masker),
    '',
  ].join('\n\n')
}

/** Header and claims, as far as they can be read. */
function partsOf({ parsed, question }: Inspection): readonly (object | string | undefined)[] {
  const [header = '', claims = ''] = question.jwt.split('.')
  return [parsed.header ?? readLeniently(header), parsed.claims ?? readLeniently(claims)]
}

/** The limits of a server of this profile; an app may be held stricter. */
function policyOf(profile: 'okta' | 'strict'): string {
  const { name, maxLifetimeSeconds, clockToleranceSeconds, isJtiRequired } = rulesOf(profile)
  return resultStrings.support.policy(
    name,
    maxLifetimeSeconds,
    clockToleranceSeconds,
    isJtiRequired,
  )
}

function json(value: object | string | undefined, masker: Masker): string {
  if (value === undefined) return resultStrings.unreadable
  const masked = masker.part(typeof value === 'string' ? value : (redactValue(value) as object))
  if (typeof masked === 'string') return fenced('text', masked)
  return fenced('json', JSON.stringify(masked, undefined, 2))
}

/** Text that nobody takes for markup: the fence is longer than any in it. */
function fenced(language: string, text: string): string {
  const ticks = [...text.matchAll(/`+/g)].map(([run]) => run.length)
  const fence = '`'.repeat(Math.max(3, ...ticks.map((length) => length + 1)))
  const lines = text.split('\n').map(visibleText)
  return [fence + language, ...lines, fence].join('\n')
}
