/**
 * A request beside what came back.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { type Exchange, type Outcome, probe } from './exchange.ts'
import { later } from './later.tsx'
import { consoleUrl } from './reach.ts'
import { stepStrings } from './step-strings.ts'

const { token: texts } = stepStrings
/** Longer values are shown by their beginning. */
const MAX_VALUE = 80
const MAX_BODY = 20_000
/** Too many requests, and not now: answers that may say when to come again. */
const MAY_WAIT: ReadonlySet<number> = new Set([429, 503])

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
  const views = later.value
  return (
    <div class="exchange" id={id}>
      <Answer outcome={outcome} url={url} />
      {outcome?.kind === 'answered' && MAY_WAIT.has(outcome.status) && views !== undefined ? (
        <views.RetryAfter headers={outcome.headers} />
      ) : null}
      {children}
      <details class="more">
        <summary>{texts.request}</summary>
        <p class="mono request-line">
          {method} {visibleText(url)}
        </p>
        {fields.length === 0 ? null : (
          <dl class="evidence">
            {fields.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value.length > MAX_VALUE ? texts.shortened(value) : visibleText(value)}</dd>
              </div>
            ))}
          </dl>
        )}
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

function Answer({
  outcome,
  url,
}: {
  readonly outcome: Outcome | undefined
  readonly url: string
}): JSX.Element {
  if (outcome === undefined) return <p class="hint">{texts.waiting}</p>
  if (outcome.kind === 'not_allowed') {
    return (
      <p class="alert" role="alert">
        <Icon name="warning" />
        {texts.notAllowed}
      </p>
    )
  }
  if (outcome.kind === 'unreachable') return <Unreachable url={url} />
  const { status, milliseconds, headers } = outcome
  const isGood = status < 400
  const requestId = headers.get('x-request-id')
  const entry =
    requestId === null
      ? undefined
      : consoleUrl(url, `/console/log/${encodeURIComponent(requestId)}`)
  return (
    <p class={`answer state is-${isGood ? 'pass' : 'fail'}`} data-status={status}>
      <Icon name={isGood ? 'pass' : 'fail'} />
      {texts.status(status, milliseconds)}
      {requestId === null ? null : (
        <span class="hint">
          {texts.requestId} <code>{requestId}</code>
        </span>
      )}
      {isGood || entry === undefined ? null : (
        <a id="in-log" class="in-log" href={entry} target="_blank" rel="noopener">
          {texts.inLog}
        </a>
      )}
    </p>
  )
}

/** The browser does not say why; asking without wanting to read tells a silent server from one that forbids. */
function Unreachable({ url }: { readonly url: string }): JSX.Element {
  const found = useSignal<keyof typeof texts.probed | undefined>(undefined)
  const look = async (): Promise<void> => {
    found.value = (await probe(url)) ? 'there' : 'silent'
  }
  return (
    <div class="alert" role="alert">
      <Icon name="warning" />
      <div>
        <p>{texts.unreachable}</p>
        {found.value === undefined ? (
          <button type="button" class="link" onClick={() => void look()}>
            {texts.probe}
          </button>
        ) : (
          <p data-probe={found.value}>{texts.probed[found.value]}</p>
        )}
      </div>
    </div>
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
