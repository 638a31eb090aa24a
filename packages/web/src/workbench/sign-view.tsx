/**
 * Step 3: the JWT.
 * @module
 */

import { effect, type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { announce } from '../parts/announce.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { addressOf } from '../parts/frame.tsx'
import { Icon } from '../parts/icon.tsx'
import { writeInspectorLink } from '../parts/inspector-link.ts'
import { distance, utc } from '../parts/time.ts'
import { fullTime } from '../parts/zone.tsx'
import { curlWith } from './code-samples.ts'
import { scope, tokenExchange, tokenForm } from './exchange.ts'
import { lackForJwt, Missing } from './missing.tsx'
import {
  fault,
  generateJwt,
  now,
  serverClock,
  signed,
  type SignedJwt,
  signFault,
} from './signing.ts'
import { clockAhead, knownIssuer, metadata, tokenEndpoint } from './server.ts'
import { save } from './save.ts'
import { stepStrings } from './step-strings.ts'

const { sign: texts, faults: faultTexts } = stepStrings
const SEGMENTS = ['header', 'claims', 'signature'] as const
/** Whether something was missing when the button was pressed: it is said until it is there. */
const hasLacked: Signal<boolean> = signal(false)

/** The step. */
export function SignStep(): JSX.Element {
  const made = signed.value
  useEffect(() => {
    tick()
    const ticking = setInterval(tick, 1000)
    // What the server's clock says may be known any moment.
    const stop = effect(() => {
      now.value = serverClock()
    })
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void generate()
    }
    document.addEventListener('keydown', press)
    return () => {
      clearInterval(ticking)
      stop()
      document.removeEventListener('keydown', press)
    }
  }, [])
  return (
    <section class="card" aria-labelledby="sign-title">
      <h2 id="sign-title" class="step-title">
        <span class="step">3</span> {texts.title}
      </h2>
      <div class="with-buttons">
        <button
          type="button"
          id="generate"
          class="primary"
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onClick={() => void generate()}
        >
          {texts.generate}
        </button>
        <span class="hint">{texts.shortcut}</span>
      </div>
      {fault.value === undefined ? null : (
        <p class="alert" id="broken">
          <Icon name="warning" />
          <span>{faultTexts.active(faultTexts.names[fault.value.id])}</span>
          <button type="button" class="link" onClick={() => (fault.value = undefined)}>
            {faultTexts.undo}
          </button>
        </p>
      )}
      <Missing id="sign-lack" lack={hasLacked.value ? lackForJwt() : undefined} />
      {signFault.value === undefined ? null : (
        <p class="alert" role="alert" id="sign-fault">
          <Icon name="warning" />
          {signFault.value}
        </p>
      )}
      {made === undefined ? null : <Result made={made} />}
    </section>
  )
}

function Result({ made }: { readonly made: SignedJwt }): JSX.Element {
  const { jwt, added } = made
  const segments = jwt.split('.')
  return (
    <div class="result">
      <p class="segments mono" id="jwt" role="group" aria-label={texts.label} tabIndex={0}>
        {segments.map((segment, index) => (
          <>
            {index === 0 ? null : '.'}
            <span class={`segment is-${SEGMENTS[index] ?? 'extra'}`}>{segment}</span>
          </>
        ))}
      </p>
      <ul class="legend">
        {texts.segments.map((name, index) => (
          <li key={name} class={`is-${SEGMENTS[index] ?? ''}`}>
            {name}
          </li>
        ))}
      </ul>
      <div class="with-buttons">
        <CopyButton label={texts.copy} what={texts.what} text={() => jwt} />
        <CopyButton
          label={texts.copyParameter}
          what={texts.copyParameter}
          text={() => new URLSearchParams({ client_assertion: jwt }).toString()}
        />
        <CopyButton
          label={texts.copyCurl}
          what={texts.curl}
          text={() =>
            curlWith(tokenEndpoint.value ?? 'TOKEN_ENDPOINT', tokenForm(made, scope.value))
          }
        />
        <button type="button" onClick={() => save('assertion.jwt', jwt)}>
          {texts.save}
        </button>
        <a
          class="button"
          href={addressOf('inspector') + inspectorLink(made)}
          target="_blank"
          rel="noopener"
        >
          {texts.inspect}
        </a>
      </div>
      {added.length === 0 ? null : (
        <p class="hint" id="added">
          {texts.added(added.join(', '))}
        </p>
      )}
      <p class="hint" id="jwt-state">
        {stateOf(made, now.value)}
      </p>
    </div>
  )
}

/** With what the page knows of its receiver, and of when that got it. */
function inspectorLink({ jwt, clientId, sent }: SignedJwt): string {
  const found = metadata.value
  const outcome = tokenExchange.value?.outcome
  return writeInspectorLink({
    t: jwt,
    at: sent === undefined ? undefined : String(sent.at - (clockAhead.value ?? 0)),
    request:
      sent !== undefined && outcome?.kind === 'answered'
        ? (outcome.headers.get('x-request-id') ?? undefined)
        : undefined,
    profile: found.state === 'found' ? textOf(found.policy.profile) : undefined,
    issuer: knownIssuer.value,
    endpoint: tokenEndpoint.value,
    client: textOf(clientId),
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** What has become of a JWT. */
function stateOf({ claims, sent }: SignedJwt, at: number): string {
  if (sent !== undefined) {
    const time = fullTime(sent.at * 1000)
    return sent.isAccepted ? texts.used(time) : texts.refused(time)
  }
  const { exp } = claims
  if (typeof exp !== 'number') return texts.noEnd
  if (exp <= at) return texts.expired
  return utc(exp) === undefined
    ? texts.noDate
    : texts.expires(distance(exp - at), fullTime(exp * 1000))
}

/** Once a second; said aloud only when a minute is left, and when none is. */
function tick(): void {
  now.value = serverClock()
  const { claims: { exp } = {}, sent } = signed.value ?? {}
  if (typeof exp !== 'number' || sent !== undefined) return
  if (exp - now.value === 60) announce(texts.endsSoon)
  if (exp === now.value) announce(texts.expired)
}

/** Makes the JWT, or says what is missing. */
async function generate(): Promise<void> {
  hasLacked.value = lackForJwt() !== undefined
  if (!hasLacked.value && (await generateJwt()) !== undefined) announce(texts.made)
}
