/**
 * Step 4: the access token.
 * @module
 */

import { type Signal, signal, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { readLeniently } from '../inspector/lenient.ts'
import { announce } from '../parts/announce.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { addressOf } from '../parts/frame.tsx'
import { writeInspectorLink } from '../parts/inspector-link.ts'
import { Line } from '../parts/text-field.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { accessToken, requestToken, scope, tokenExchange } from './exchange.ts'
import { ExchangeView } from './exchange-view.tsx'
import { later } from './later.tsx'
import { type Lack, lackForJwt, Missing } from './missing.tsx'
import { knownIssuer, metadata, tokenEndpoint } from './server.ts'
import { generateJwt, noteSent, signed } from './signing.ts'
import { stepStrings } from './step-strings.ts'

const { token: texts } = stepStrings
const lack: Signal<Lack | undefined> = signal(undefined)

/** The step. */
export function TokenStep(): JSX.Element {
  const exchange = tokenExchange.value
  return (
    <section class="card" aria-labelledby="token-title">
      <h2 id="token-title" class="step-title">
        <span class="step">4</span> {texts.title}
      </h2>
      <div class="fields">
        <Line
          id="scope"
          label={texts.scope}
          value={scope.value}
          onInput={(value) => (scope.value = value)}
        />
        <ScopeChoice />
        <div class="with-buttons">
          <button type="button" id="get-token" class="primary" onClick={() => void getToken()}>
            {texts.get}
          </button>
        </div>
      </div>
      <Missing id="token-lack" lack={lack.value} />
      {exchange === undefined ? null : (
        <ExchangeView id="token-exchange" exchange={exchange}>
          <TokenFacts />
          <RefusalOfToken />
        </ExchangeView>
      )}
    </section>
  )
}

/** The scopes that the metadata names; a person may write others. */
function ScopeChoice(): JSX.Element | null {
  const found = metadata.value
  const views = later.value
  if (found.state !== 'found' || found.scopes.length === 0) return null
  const chosen = scope.value.split(' ').filter((each) => each !== '')
  const toggle = (name: string): void => {
    const rest = chosen.filter((each) => each !== name)
    scope.value = (rest.length < chosen.length ? rest : [...chosen, name]).join(' ')
  }
  return (
    <details class="more scopes">
      <summary>{texts.scopes}</summary>
      <ul>
        {(views?.inOrder(found.scopes) ?? found.scopes).map((name) => (
          <li key={name}>
            <label class="choice">
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={() => toggle(name)}
              />
              <span>
                <code>{name}</code> {views === undefined ? null : <views.ScopeMark name={name} />}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {views === undefined ? null : <views.ScopeQuestion />}
    </details>
  )
}

function TokenFacts(): JSX.Element | null {
  const isShown = useSignal(false)
  const held = accessToken.value
  const outcome = tokenExchange.value?.outcome
  if (held === undefined || outcome?.kind !== 'answered') return null
  const { scope: granted, expires_in: seconds } = outcome.body ?? {}
  // An opaque token says nothing.
  const said = readLeniently(held.token.split('.')[1] ?? '')
  return (
    <div class="token-facts">
      <p>
        {typeof granted === 'string' ? texts.granted(granted) : null}{' '}
        {typeof seconds === 'number' ? texts.ends(seconds) : null} {texts.type(held.type)}{' '}
        {missingScopes(granted) === '' ? null : texts.requested(missingScopes(granted))}
      </p>
      {isShown.value ? (
        <p
          class="segments mono"
          id="access-token"
          tabIndex={0}
          role="group"
          aria-label={texts.what}
        >
          {held.token}
        </p>
      ) : null}
      {isShown.value && typeof said === 'object' ? (
        <>
          <p class="hint">{texts.says}</p>
          <pre class="body" id="token-claims" tabIndex={0}>
            {visibleText(JSON.stringify(said, null, 2))}
          </pre>
        </>
      ) : null}
      <div class="with-buttons">
        <CopyButton label={texts.copy} what={texts.what} text={() => held.token} />
        <button
          type="button"
          aria-expanded={isShown.value}
          onClick={() => (isShown.value = !isShown.value)}
        >
          {isShown.value ? texts.hide : texts.show}
        </button>
        <a
          class="button"
          href={
            addressOf('inspector') +
            writeInspectorLink({ t: held.token, issuer: knownIssuer.value })
          }
          target="_blank"
          rel="noopener"
        >
          {texts.inspect}
        </a>
      </div>
    </div>
  )
}

/** What was asked for and not granted. */
function missingScopes(granted: unknown): string {
  const fields = new Map(tokenExchange.value?.fields)
  const held = new Set(typeof granted === 'string' ? granted.split(' ') : [])
  const asked = (fields.get('scope') ?? '').split(' ').filter((each) => each !== '')
  return typeof granted === 'string' ? asked.filter((each) => !held.has(each)).join(' ') : ''
}

function RefusalOfToken(): JSX.Element | null {
  const outcome = tokenExchange.value?.outcome
  const views = later.value
  if (outcome?.kind !== 'answered' || outcome.status < 400 || views === undefined) return null
  return <views.Refusal body={outcome.body} />
}

async function getToken(): Promise<void> {
  const endpoint = tokenEndpoint.value
  const wanted = signed.value === undefined ? lackForJwt() : undefined
  lack.value = endpoint === undefined ? 'endpoint' : wanted
  if (endpoint === undefined || lack.value !== undefined) return
  // One that was accepted is used up; whoever wants to see that sends it again on purpose.
  const made = signed.value ?? (await generateJwt())
  if (made === undefined) return
  await requestToken(endpoint, made)
  const outcome = tokenExchange.value?.outcome
  if (outcome?.kind !== 'not_allowed') noteSent(accessToken.value !== undefined)
  announce(
    outcome?.kind === 'answered'
      ? texts.status(outcome.status, outcome.milliseconds)
      : outcome?.kind === 'not_allowed'
        ? texts.notAllowed
        : texts.unreachable,
  )
}
