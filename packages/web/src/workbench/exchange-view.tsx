/**
 * A request beside what came back.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { visibleText } from '../parts/visible-text.ts'
import type { Exchange, Outcome } from './exchange.ts'
import { workbenchStrings } from './strings.ts'

const { token: texts } = workbenchStrings
/** Longer values are shown by their beginning. */
const MAX_VALUE = 80
const MAX_BODY = 20_000

/** The request, the answer, and what is made of it. */
export function ExchangeView({
  id,
  exchange,
  children,
}: {
  readonly id: string
  readonly exchange: Exchange
  readonly children?: ComponentChildren
}): JSX.Element {
  const { method, url, fields, outcome } = exchange
  return (
    <div class="exchange" id={id}>
      <Answer outcome={outcome} />
      {children}
      <details class="more">
        <summary>{texts.request}</summary>
        <p class="mono request-line">
          {method} {visibleText(url)}
        </p>
        <dl class="evidence">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value.length > MAX_VALUE ? texts.shortened(value) : visibleText(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
      {outcome?.kind === 'answered' ? (
        <details class="more">
          <summary>{texts.response}</summary>
          <pre class="body" tabIndex={0}>
            {visibleText(bodyOf(outcome))}
          </pre>
        </details>
      ) : null}
    </div>
  )
}

function Answer({ outcome }: { readonly outcome: Outcome | undefined }): JSX.Element {
  if (outcome === undefined) return <p class="hint">{texts.waiting}</p>
  if (outcome.kind === 'unreachable') {
    return (
      <p class="alert" role="alert">
        <Icon name="warning" />
        {texts.unreachable}
      </p>
    )
  }
  const { status, milliseconds, headers } = outcome
  const isGood = status < 400
  const requestId = headers.get('x-request-id')
  return (
    <p class={`answer state is-${isGood ? 'pass' : 'fail'}`} data-status={status}>
      <Icon name={isGood ? 'pass' : 'fail'} />
      {texts.status(status, milliseconds)}
      {requestId === null ? null : (
        <span class="hint">
          {texts.requestId} <code>{requestId}</code>
        </span>
      )}
    </p>
  )
}

function bodyOf({ text, body }: Extract<Outcome, { kind: 'answered' }>): string {
  const shown = body === undefined ? text : JSON.stringify(body, shortenToken, 2)
  return shown.length > MAX_BODY ? `${shown.slice(0, MAX_BODY)}…` : shown
}

/** A token is not read over somebody's shoulder. */
function shortenToken(name: string, value: unknown): unknown {
  return name === 'access_token' && typeof value === 'string' ? texts.shortened(value) : value
}
