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
import { visibleText } from '../parts/visible-text.ts'
import { accessToken, requestToken, tokenExchange } from './exchange.ts'
import { ExchangeView } from './exchange-view.tsx'
import { later } from './later.tsx'
import { type Lack, lackForJwt, Missing } from './missing.tsx'
import type { Foretold } from './preflight-view.tsx'
import { ScopeField } from './scope-field.tsx'
import { scopeWords } from './scope-words.ts'
import { knownIssuer, tokenEndpoint } from './server.ts'
import { generateJwt, noteSent, signed } from './signing.ts'
import { stepStrings } from './step-strings.ts'

const { token: texts } = stepStrings
const lack: Signal<Lack | undefined> = signal(undefined)
/** What was foretold of the request that was sent. */
const foretold: Signal<Foretold | undefined> = signal(undefined)

/** The step. */
export function TokenStep(): JSX.Element {
  const exchange = tokenExchange.value
  return (
    <section class="card" aria-labelledby="token-title">
      <h2 id="token-title" class="step-title">
        <span class="step">4</span> {texts.title}
      </h2>
      <div class="fields">
        <ScopeField />
        <div class="with-buttons">
          <button type="button" id="get-token" class="primary" onClick={() => void getToken()}>
            {texts.get}
          </button>
        </div>
      </div>
      <Missing id="token-lack" lack={lack.value} />
      {exchange === undefined ? null : (
        <ExchangeView id="token-exchange" exchange={exchange}>
          <AsForetold />
          <TokenFacts />
          <RefusalOfToken />
        </ExchangeView>
      )}
    </section>
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
  const held = scopeWords(granted)
  const asked = scopeWords(fields.get('scope'))
  return typeof granted === 'string' ? asked.filter((each) => !held.includes(each)).join(' ') : ''
}

function AsForetold(): JSX.Element | null {
  const outcome = tokenExchange.value?.outcome
  const views = later.value
  if (outcome?.kind !== 'answered' || views === undefined || foretold.value === undefined) {
    return null
  }
  const { status, body } = outcome
  return <views.Comparison foretold={foretold.value} status={status} body={body} />
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
  foretold.value = await later.value?.foretell()
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
