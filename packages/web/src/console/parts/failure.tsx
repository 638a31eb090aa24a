/**
 * What went wrong, in a sentence, with the identifier under which the server's log has it.
 * @module
 */

import type { JSX } from 'preact'
import { Icon } from '../../parts/icon.tsx'
import { visibleText } from '../../parts/visible-text.ts'
import { ApiFailure, Cancelled } from '../api.ts'
import { consoleStrings } from '../strings.ts'

/** The sentences of a failure, the first one first. */
export function sentencesOf(failure: unknown): readonly string[] {
  const texts = consoleStrings.failure
  if (failure instanceof ApiFailure) {
    const { status, code, causes, message } = failure
    if (code === 'E0000412') return [texts.changed]
    // Okta's summary says that it is not valid; the causes say why.
    const isSaidByCauses = causes.length > 0 && (code === 'E0000001' || status === 0)
    const first = status === 403 && code === 'E0000006' ? texts.forbidden : message
    return (isSaidByCauses && status !== 0 ? causes : [first, ...causes]).filter(
      (sentence) => sentence !== '',
    )
  }
  return [failure instanceof Error && failure.message !== '' ? failure.message : texts.unknown]
}

/** A failure as an alert; nothing of what the person gave up. `onRetry` offers to try again. */
export function FailureText({
  failure,
  id,
  onRetry,
}: {
  readonly failure: unknown
  readonly id?: string
  readonly onRetry?: (() => void) | undefined
}): JSX.Element | null {
  if (failure instanceof Cancelled) return null
  const [first = '', ...more] = sentencesOf(failure)
  const requestId = failure instanceof ApiFailure ? failure.requestId : undefined
  return (
    <div class="alert is-bad" role="alert" id={id} data-failure>
      <Icon name="fail" />
      <div class="alert-text">
        <p>{visibleText(first)}</p>
        {more.map((sentence) => (
          <p key={sentence}>{visibleText(sentence)}</p>
        ))}
        {requestId === undefined ? null : (
          <p class="hint">
            {consoleStrings.requestId}{' '}
            <a href={`/console/log/${requestId}`}>
              <code>{requestId}</code>
            </a>
          </p>
        )}
        {onRetry === undefined ? null : (
          <p>
            <button type="button" onClick={onRetry}>
              {consoleStrings.retry}
            </button>
          </p>
        )}
      </div>
    </div>
  )
}
