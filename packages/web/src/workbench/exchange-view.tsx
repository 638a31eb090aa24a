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
/** Longer answers fold: what comes after them stays in sight. */
const MAX_AT_ONCE = 1000
/** Too many requests, and not now: answers that may say when to come again. */
const MAY_WAIT: ReadonlySet<number> = new Set([429, 503])

type Answered = Extract<Outcome, { kind: 'answered' }>

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
  const { method, url, fields, body, outcome } = exchange
  const views = later.value
  return (
    <div class="exchange" id={id}>
      <Answer outcome={outcome} url={url} />
      {outcome?.kind === 'answered' && MAY_WAIT.has(outcome.status) && views !== undefined ? (
        <views.RetryAfter headers={outcome.headers} />
      ) : null}
      {children}
      <div class="sides">
        <details class="more" open={isWide()}>
          <summary>{texts.request}</summary>
          <p class="mono request-line">
            {method} {visibleText(url)}
          </p>
          {fields.length === 0 ? null : (
            <dl class="sent">
              {fields.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <Value name={name} value={value} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
          {body === undefined ? null : (
            <pre class="body" tabIndex={0}>
              {visibleText(body)}
            </pre>
          )}
        </details>
        {outcome?.kind === 'answered' ? <ResponseBody outcome={outcome} /> : null}
      </div>
    </div>
  )
}

function ResponseBody({ outcome }: { readonly outcome: Answered }): JSX.Element {
  const shown = bodyOf(outcome)
  return (
    <details class="more" open={isWide() && shown.length <= MAX_AT_ONCE}>
      <summary>{texts.response}</summary>
      <pre class="body" tabIndex={0}>
        {visibleText(shown)}
      </pre>
    </details>
  )
}

/** Where there is room for both side by side, both are open. */
function isWide(): boolean {
  return matchMedia('(min-width: 62rem)').matches
}

/** A value that was sent: a long one by its beginning, and whole for whoever wants that. */
function Value({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  const isShown = useSignal(false)
  if (value.length <= MAX_VALUE) return <>{visibleText(value)}</>
  return (
    <>
      {isShown.value ? visibleText(value) : texts.shortened(value)}{' '}
      <button
        type="button"
        class="link"
        aria-expanded={isShown.value}
        aria-label={texts.whole(isShown.value, name)}
        onClick={() => (isShown.value = !isShown.value)}
      >
        {texts.whole(isShown.value)}
      </button>
    </>
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

function bodyOf({ text }: Answered): string {
  const shown = formatted(text)
  return shown.length > MAX_BODY ? `${shown.slice(0, MAX_BODY)}…` : shown
}

/** JSON with its lines, and any other text as it is. */
function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), shortenToken, 2)
  } catch {
    return text
  }
}

/** A token is not read over somebody's shoulder. */
function shortenToken(name: string, value: unknown): unknown {
  return name === 'access_token' && typeof value === 'string' ? texts.shortened(value) : value
}
