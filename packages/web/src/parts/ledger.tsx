/**
 * The ledger: every check with its result, in the words of core.
 * @module
 */

import type { CheckResult, Explanation } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { strings } from '../strings.ts'
import { capital, Fix } from './findings.tsx'
import { Icon } from './icon.tsx'
import { numericDate } from './zone.tsx'
import { visibleJson, visibleText } from './visible-text.ts'

/** What the ledger needs. */
export interface LedgerProps {
  readonly checks: readonly CheckResult[]
  /** Puts a result into the words of what was judged. */
  readonly explain: (result: CheckResult) => Explanation
  /** The value that a check looked at, when there is one to show. */
  readonly foundBy: (check: CheckResult['check']) => unknown
  /** To put times into words. */
  readonly now: number
}

/** The list of checks; those that fail show what was found, what was expected, and the fix. */
export function Ledger({ checks, explain, foundBy, now }: LedgerProps): JSX.Element {
  return (
    <ol class="rows ledger">
      {checks.map((result) => {
        const { check, status } = result
        const { sentence, fix } = explain(result)
        const value = foundBy(check)
        return (
          <li
            key={check}
            id={`check-${check}`}
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
              {status === 'fail' ? <Evidence result={result} now={now} /> : null}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

function Evidence({
  result,
  now,
}: {
  readonly result: { readonly expected?: unknown; readonly actual?: unknown }
  readonly now: number
}): JSX.Element {
  const { expected, actual } = result
  return (
    <dl class="evidence">
      <div>
        <dt>{strings.found}</dt>
        <dd>{actual === undefined ? strings.nothing : shownAsSent(actual, now)}</dd>
      </div>
      {expected === undefined ? null : (
        <div>
          <dt>{strings.expected}</dt>
          <dd>{shownAlternatives(expected, now)}</dd>
        </div>
      )}
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
