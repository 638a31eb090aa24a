/**
 * What came out: the verdict and its likeliest cause first, then every check, then what it says.
 * @module
 */

import type { CheckName } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { capital, Findings, Fix } from '../parts/findings.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { addressOf } from '../parts/frame.tsx'
import { writeLink } from '../parts/workbench-link.ts'
import { Bytes } from './bytes-view.tsx'
import { Groups } from './groups.tsx'
import { Members } from './members.tsx'
import { visibleText } from '../parts/visible-text.ts'

import type { Inspection, Verdict } from './inspection.ts'
import { readLeniently } from './lenient.ts'
import { redactValue } from './redact.ts'
import { CHECK_MEMBERS, resultStrings } from './result-strings.ts'
import { JudgedBy } from './server-view.tsx'
import { CopyForSupport } from './support-view.tsx'
import { receipt } from './state.ts'
import { tally } from './tally.ts'
import { inspectorStrings } from './strings.ts'

const ICONS: Readonly<Record<Verdict, IconName>> = {
  refused: 'fail',
  unverified: 'info',
  incomplete: 'info',
  holds: 'pass',
}

/** The result of one JWT. */
export function Result({ result }: { readonly result: Inspection }): JSX.Element {
  const { explain, advice, parsed, question } = result
  const { now } = question
  const foundBy = (check: CheckName): unknown => {
    const [part, name] = CHECK_MEMBERS[check] ?? []
    if (part === undefined || name === undefined) return undefined
    return (part === 'header' ? parsed.header : parsed.claims)?.[name]
  }
  return (
    <>
      <VerdictCard result={result} />
      <Groups result={result} explain={explain} foundBy={foundBy} now={now} />
      {advice.length === 0 ? null : (
        <section class="card" aria-labelledby="advice-title">
          <h2 id="advice-title">{resultStrings.advice}</h2>
          <Findings findings={advice} />
        </section>
      )}
      <Part result={result} part="header" title={resultStrings.header} />
      <Part result={result} part="claims" title={resultStrings.claimsTitle} />
      <Bytes jwt={question.jwt} />
    </>
  )
}

function VerdictCard({ result }: { readonly result: Inspection }): JSX.Element {
  const inspector = inspectorStrings
  const { verdict, causes, server } = result
  const [cause, ...others] = causes
  return (
    <section class={`card verdict is-${verdict}`} aria-labelledby="verdict">
      <div class="verdict-head">
        <span class="verdict-icon">
          <Icon name={ICONS[verdict]} />
        </span>
        <div>
          <h2 id="verdict" tabIndex={-1}>
            {inspector.verdicts[verdict]}
          </h2>
          <p class="muted">{tally(result)}</p>
        </div>
        <div class="with-buttons">
          <CopyForSupport result={result} />
          <OpenInWorkbench result={result} />
        </div>
      </div>
      {server === undefined ? null : <JudgedBy server={server} />}
      {cause === undefined ? (
        <VerdictText result={result} />
      ) : (
        <div class="cause" data-cause={cause.rule}>
          <h3>{resultStrings.cause}</h3>
          <p class="cause-sentence">{capital(visibleText(cause.sentence))}.</p>
          <Fix text={cause.fix} />
        </div>
      )}
      {others.length === 0 ? null : (
        <div class="other-causes">
          <h3>{resultStrings.otherCauses}</h3>
          <ul>
            {others.map(({ rule, sentence }) => (
              <li key={rule + sentence} data-cause={rule}>
                {capital(visibleText(sentence))}.
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

/** Header and claims go on to where they can be mended and signed anew; the signature and the `jti` stay here. */
function OpenInWorkbench({ result }: { readonly result: Inspection }): JSX.Element | null {
  const { kind, parsed, question, causes } = result
  if (kind !== 'assertion' || parsed.claims === undefined) return null
  const server = question.receiver.issuer.value
  const link = writeLink({
    ...(server === undefined ? undefined : { server }),
    header: { typ: '', ...(parsed.header as Readonly<Record<string, string>> | undefined) },
    claims: parsed.claims,
    expected: causes.map(({ rule }) => rule),
  })
  if (link === undefined) return null
  return (
    <a class="button" href={addressOf('workbench') + link} target="_blank" rel="noopener">
      {resultStrings.openInWorkbench}
    </a>
  )
}

function VerdictText({ result }: { readonly result: Inspection }): JSX.Element | null {
  const { verdictTexts, give } = resultStrings
  const { verdict, kind, server } = result
  const isProof = kind === 'dpop'
  switch (verdict) {
    case 'unverified':
      if (receipt.value?.from === 'log') return <p>{verdictTexts.fromLog}</p>
      return (
        <p>
          {verdictTexts.unverified} <Give field="keys" label={give.key} />
        </p>
      )
    case 'incomplete':
      return (
        <p>
          {verdictTexts.incomplete[kind]}{' '}
          <Give
            field={isProof ? 'endpoint' : 'issuer'}
            label={isProof ? give.endpoint : give.aud}
          />
        </p>
      )
    case 'holds':
      return <p>{server === undefined ? verdictTexts.holds[kind] : resultStrings.server.accepts}</p>
    default:
      return null
  }
}

/** Leads to the field that is missing, and unfolds the form around it. */
function Give({ field, label }: { readonly field: string; readonly label: string }): JSX.Element {
  const lead = (): void => {
    document.getElementById('receiver')?.setAttribute('open', '')
    document.getElementById(field)?.focus()
  }
  return (
    <button type="button" class="link" onClick={lead}>
      {label}
    </button>
  )
}

interface PartProps {
  readonly result: Inspection
  readonly part: 'header' | 'claims'
  readonly title: string
}

function Part({ result, part, title }: PartProps): JSX.Element {
  const { parsed, question, checks } = result
  const strict = part === 'header' ? parsed.header : parsed.claims
  const read = strict ?? readLeniently(question.jwt.split('.')[part === 'header' ? 0 : 1] ?? '')
  const failing = new Map<string, string[]>()
  for (const { check, status } of checks) {
    const [where, name] = CHECK_MEMBERS[check] ?? []
    if (status !== 'fail' || where !== part || name === undefined) continue
    failing.set(name, [...(failing.get(name) ?? []), check])
  }
  return (
    <section class="card" aria-labelledby={`${part}-title`}>
      <h2 id={`${part}-title`}>
        {title} {part === 'claims' ? <small>{resultStrings.unverifiedClaims}</small> : null}
      </h2>
      {strict === undefined ? (
        <p class="note">{read === undefined ? resultStrings.unreadable : resultStrings.lenient}</p>
      ) : null}
      {typeof read === 'string' ? <pre>{visibleText(read)}</pre> : null}
      {typeof read === 'object' ? (
        <Members
          caption={title}
          members={redactValue({ ...read }) as Record<string, unknown>}
          now={question.now}
          failing={failing}
          part={part}
        />
      ) : null}
    </section>
  )
}
