/**
 * The ledger: every check with its result, in the words of core.
 * @module
 */

import type { CheckResult, Explanation } from '@keygrant/core/assertion'
import { checkReference, type CheckSubject } from '@keygrant/core/inspection'
import type { ComponentChildren, JSX } from 'preact'
import { strings } from '../strings.ts'
import { capital, Fix } from './findings.tsx'
import { Icon } from './icon.tsx'
import { ledgerStrings } from './ledger-strings.ts'
import { ReferenceLink } from './reference.tsx'
import { numericDate } from './zone.tsx'
import { visibleJson, visibleText } from './visible-text.ts'

/** What the ledger needs. */
export interface LedgerProps {
  readonly checks: readonly CheckResult[]
  /** What was judged; left out, an assertion. */
  readonly subject?: CheckSubject
  /** Puts a result into the words of what was judged. */
  readonly explain: (result: CheckResult) => Explanation
  /** The value that a check looked at, when there is one to show. */
  readonly foundBy: (check: CheckResult['check']) => unknown
  /** Whether other places of the page lead to its rows. */
  readonly isTarget?: boolean
  /** To put times into words. */
  readonly now: number
}

/** The list of checks, each with where it is laid down; those that fail show what was found and expected, and the fix. */
export function Ledger({
  checks,
  subject,
  explain,
  foundBy,
  isTarget = false,
  now,
}: LedgerProps): JSX.Element {
  return (
    <ol class="rows ledger">
      {checks.map((result) => {
        const { check, status } = result
        const { sentence, fix } = explain(result)
        const value = foundBy(check)
        const reference = checkReference(check, subject)
        return (
          <li
            key={check}
            id={isTarget ? `check-${check}` : undefined}
            class={`row is-${status}-row`}
            data-check={check}
            data-status={status}
            data-reason={status === 'fail' ? result.reason : undefined}
          >
            <span class={`state is-${status}`}>
              <Icon name={status} />
              {strings.states[status]}
            </span>
            <code class="check-name">{check}</code>
            <div class="row-text">
              <p>
                <span data-sentence>{capital(visibleText(sentence))}</span>
                {status === 'pass' && value !== undefined ? (
                  <span class="found">{shown(value, now)}</span>
                ) : null}
              </p>
              {fix === undefined ? null : <Fix text={fix} />}
              {status === 'fail' ? (
                <Evidence result={result} now={now}>
                  {reference === undefined ? null : (
                    <div>
                      <dt>{ledgerStrings.why}</dt>
                      <dd class="why-text">
                        {ledgerStrings.holdsWhen(explain({ check, status: 'pass' }).sentence)}{' '}
                        <ReferenceLink reference={reference} />
                      </dd>
                    </div>
                  )}
                </Evidence>
              ) : null}
            </div>
            {status === 'fail' || reference === undefined ? null : (
              <ReferenceLink reference={reference} isShort />
            )}
          </li>
        )
      })}
    </ol>
  )
}

function Evidence({
  result,
  now,
  children,
}: {
  readonly result: { readonly expected?: unknown; readonly actual?: unknown }
  readonly now: number
  readonly children: ComponentChildren
}): JSX.Element {
  const { expected, actual } = result
  return (
    <dl class="evidence">
      <div>
        <dt>{ledgerStrings.found}</dt>
        <dd>{actual === undefined ? ledgerStrings.nothing : shownAsSent(actual, now)}</dd>
      </div>
      {expected === undefined ? null : (
        <div>
          <dt>{ledgerStrings.expected}</dt>
          <dd>{shownAlternatives(expected, now)}</dd>
        </div>
      )}
      {children}
    </dl>
  )
}

/** A text as it is, and everything else as JSON; a time also in words. */
function shown(value: unknown, now: number): string {
  const time = numericDate(value, now)
  if (time !== undefined && Number(value) > 100_000) return `${String(value)}  (${time})`
  return typeof value === 'string' ? visibleJson(value).slice(1, -1) : visibleJson(value)
}

/** Quotes tell a string from a number, but a sentence of core has none. */
function shownAsSent(value: unknown, now: number): string {
  return typeof value === 'string' && !value.includes(' ') ? visibleJson(value) : shown(value, now)
}

function shownAlternatives(value: unknown, now: number): string {
  if (!Array.isArray(value)) return shown(value, now)
  return value.map((each) => shown(each, now)).join(', ')
}
