/**
 * Step 5: a call of the API with the token.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../parts/announce.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Select } from '../parts/select.tsx'
import { Line, PRIVATE_FIELD } from '../parts/text-field.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { readHeaders } from './call-headers.ts'
import { claimOf } from './claims.ts'
import { curlCall } from './code-samples.ts'
import { accessToken, apiExchange, callApi, grantedScopes, scope } from './exchange.ts'
import { ExchangeView } from './exchange-view.tsx'
import { type Lack, Missing } from './missing.tsx'
import { consoleUrl, isOwnServer } from './reach.ts'
import { scopeWords } from './scope-words.ts'
import { knownIssuer } from './server.ts'
import { stepStrings } from './step-strings.ts'

const { call: texts, token: tokenTexts } = stepStrings
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const BODIES: readonly string[] = ['POST', 'PUT', 'PATCH']
/** Lists of this server that a call can begin with, and the scope that each needs. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['/api/v1/apps', 'okta.apps.read'],
  ['/api/v1/logs', 'okta.logs.read'],
  ['/api/v1/users', 'okta.users.read'],
  ['/api/v1/org', 'okta.orgs.read'],
])
const method: Signal<(typeof METHODS)[number]> = signal('GET')
const target: Signal<string> = signal('/api/v1/apps?limit=1')
const body: Signal<string> = signal('')
const headers: Signal<string> = signal('')
const lack: Signal<{ readonly what: Lack; readonly about?: string } | undefined> = signal(undefined)

/** The step. */
export function CallStep(): JSX.Element {
  const exchange = apiExchange.value
  const needed = neededScope()
  return (
    <section class="card" aria-labelledby="call-title">
      <h2 id="call-title" class="step-title">
        <span class="step">5</span> {texts.title}
      </h2>
      <div class="call-line">
        <Select
          id="method"
          label={texts.method}
          value={method.value}
          options={METHODS.map((name) => [name, name])}
          onChoose={(name) => (method.value = name)}
        />
        <Line
          id="api-url"
          label={texts.url}
          value={target.value}
          onInput={(value) => (target.value = value)}
          offers={[...KNOWN]}
        />
        <button type="button" id="send" onClick={() => void send()}>
          {texts.send}
        </button>
      </div>
      {needed}
      {method.value === 'GET' ? null : <p class="hint">{texts.writes}</p>}
      {BODIES.includes(method.value) ? (
        <div class="field">
          <label for="api-body">{texts.body}</label>
          <textarea
            id="api-body"
            class="mono"
            rows={4}
            value={body.value}
            onInput={(event) => (body.value = event.currentTarget.value)}
            {...PRIVATE_FIELD}
          />
        </div>
      ) : null}
      <OwnHeaders />
      <Missing id="call-lack" lack={lack.value?.what} about={lack.value?.about} />
      {exchange === undefined ? null : (
        <ExchangeView id="api-exchange" exchange={exchange}>
          <Explanation />
        </ExchangeView>
      )}
    </section>
  )
}

/** What a known call of this server needs, and whether the token has it. */
function neededScope(): JSX.Element | undefined {
  const url = target.value.trim()
  const base = knownIssuer.value
  if (method.value !== 'GET' || !URL.canParse(url, base)) return undefined
  const { href, pathname } = new URL(url, base)
  const needed = isOwnServer(href) ? KNOWN.get(pathname) : undefined
  if (needed === undefined) return undefined
  const held = accessToken.value === undefined ? undefined : grantedScopes().includes(needed)
  return (
    <p class="hint" id="needs">
      {held === undefined ? null : <Icon name={held ? 'pass' : 'warning'} />}
      {texts.needs(needed, held)}
    </p>
  )
}

/** Why the API refused, and a copy of what it said. */
function Explanation(): JSX.Element | null {
  const outcome = apiExchange.value?.outcome
  if (outcome?.kind !== 'answered') return null
  const challenge = outcome.headers.get('www-authenticate') ?? ''
  return (
    <>
      {outcome.status === 401 || outcome.status === 403 ? (
        <div class="alert" data-challenge>
          <Icon name="warning" />
          <div class="challenge">
            <Reason challenge={challenge} body={outcome.body} />
          </div>
        </div>
      ) : null}
      <div class="with-buttons">
        <CopyButton label={texts.copy} what={texts.what} text={() => outcome.text} />
        <CopyButton label={texts.copyCurl} what={texts.curl} text={curlOfCall} />
      </div>
    </>
  )
}

/** The call without what is secret in it. */
function curlOfCall(): string {
  const { method: name = '', url = '', fields = [], body: brought } = apiExchange.value ?? {}
  const own = fields.filter(([field]) => field !== 'authorization')
  return curlCall(name, url, own, brought)
}

/** Of this server's app: where an administrator gives it what it lacks, a scope or a role. */
function WhatItLacks({ challenge }: { readonly challenge: string }): JSX.Element | null {
  const { url = '', outcome } = apiExchange.value ?? {}
  if (outcome?.kind !== 'answered' || outcome.status !== 403) return null
  const screen = parameterOf(challenge, 'error') === 'insufficient_scope' ? 'scopes' : 'roles'
  const client = encodeURIComponent(claimOf('iss'))
  const href = consoleUrl(url, `/console/apps/${client}/${screen}`)
  if (href === undefined) return null
  return (
    <a
      id="lacking"
      class={screen === 'scopes' ? 'button' : undefined}
      href={href}
      target="_blank"
      rel="noopener"
    >
      {screen === 'scopes' ? texts.grants : texts.roles}
    </a>
  )
}

function parameterOf(challenge: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1]
}

/** What the challenge says (RFC 6750, section 3), or the body where there is none. */
function Reason({
  challenge,
  body,
}: {
  readonly challenge: string
  readonly body: Readonly<Record<string, unknown>> | undefined
}): JSX.Element {
  const needed = parameterOf(challenge, 'scope')
  return parameterOf(challenge, 'error') === 'insufficient_scope' && needed !== undefined ? (
    <LackingScope needed={scopeWords(needed)} challenge={challenge} />
  ) : (
    <p>
      {visibleText(reasonOf(challenge, body))} <WhatItLacks challenge={challenge} />
    </p>
  )
}

/** What is needed beside what the token has, and the ways to get it. */
function LackingScope({
  needed,
  challenge,
}: {
  readonly needed: readonly string[]
  readonly challenge: string
}): JSX.Element {
  const held = grantedScopes()
  const lacking = needed.filter((name) => !held.includes(name))
  const client = claimOf('iss')
  const command = `keygrant grant add ${client} ${lacking.join(' ')}`
  const ask = (): void => {
    scope.value = [...new Set([...scopeWords(scope.value), ...lacking])].join(' ')
    document.getElementById('generate')?.focus()
  }
  return (
    <>
      <p>{texts.lacksScope}</p>
      <dl class="compared">
        {(
          [
            [texts.needed, needed],
            [texts.held, held],
          ] as const
        ).map(([name, scopes]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {scopes.map((each) => (
                <span class="chip" key={each} data-lacking={lacking.includes(each)}>
                  <code>{visibleText(each)}</code>
                  {lacking.includes(each) ? <span class="hint">{texts.lacking}</span> : null}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p>
        {texts.granting} <code>{visibleText(command)}</code>.
      </p>
      <div class="with-buttons">
        <button type="button" id="ask-for-scope" onClick={ask}>
          {texts.ask}
        </button>
        <WhatItLacks challenge={challenge} />
        <CopyButton
          label={texts.request}
          what={texts.requestWhat}
          text={() => texts.requestText(lacking.join(' '), client, knownIssuer.value, command)}
        />
      </div>
    </>
  )
}

function reasonOf(challenge: string, body: Readonly<Record<string, unknown>> | undefined): string {
  const { errorSummary: summary, errorCauses: causes } = body ?? {}
  const said = [summary, ...(Array.isArray(causes) ? causes.map(summaryOf) : [])]
  const sentences = said.filter((each) => typeof each === 'string' && each !== '').join(' ')
  return parameterOf(challenge, 'error_description') ?? (sentences || texts.unauthorized)
}

function summaryOf(cause: unknown): unknown {
  return (cause as { readonly errorSummary?: unknown } | null)?.errorSummary
}

async function send(): Promise<void> {
  const held = accessToken.value
  const url = target.value.trim()
  const own = readHeaders(headers.value)
  if (held === undefined || !URL.canParse(url, knownIssuer.value)) {
    lack.value = { what: held === undefined ? 'token' : 'url' }
    return
  }
  if (!own.ok) {
    lack.value = { what: 'header', about: texts.headerFaults[own.fault](own.line) }
    return
  }
  lack.value = undefined
  const call = {
    method: method.value,
    url: new URL(url, knownIssuer.value).href,
    headers: own.headers,
    body: BODIES.includes(method.value) ? body.value.trim() : '',
  }
  await callApi(call, held.token)
  const outcome = apiExchange.value?.outcome
  if (outcome?.kind === 'answered') {
    announce(tokenTexts.status(outcome.status, outcome.milliseconds))
  }
}

/** What a person sends along. */
function OwnHeaders(): JSX.Element {
  return (
    <details class="more">
      <summary>{texts.headers}</summary>
      <div class="field">
        <label for="api-headers" class="visually-hidden">
          {texts.headers}
        </label>
        <textarea
          id="api-headers"
          class="mono"
          rows={2}
          value={headers.value}
          onInput={(event) => (headers.value = event.currentTarget.value)}
          aria-invalid={lack.value?.what === 'header'}
          aria-describedby="api-headers-hint"
          {...PRIVATE_FIELD}
        />
        <p class="hint" id="api-headers-hint">
          {texts.headersHint}
        </p>
      </div>
    </details>
  )
}
