/**
 * What only the server can tell of an assertion: the app, its keys, whether it was used, and its scopes.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { CheckResult } from '@keygrant/core/assertion'
import type { JSX } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { visibleText } from '../parts/visible-text.ts'
import { fullTime } from '../parts/zone.tsx'
import { strings } from '../strings.ts'
import {
  ask,
  type AskFailure,
  failureText,
  hasServer,
  NotAnswered,
  type ServerAnswer,
} from './server-answer.ts'
import { explained } from './state.ts'
import { resultStrings } from './result-strings.ts'

type State = CheckResult['status']
const { server: texts } = resultStrings

/** Where people sign in: under a name, because passkeys are for names. */
const place = new URL('./console', location.href)
if (/^127\.|^\[::1\]$/.test(place.hostname)) place.hostname = 'localhost'

/** The button that asks, with what it does. Nothing is asked before it is pressed. */
export function AskServer(): JSX.Element | null {
  const isAsking = useSignal(false)
  const failure = useSignal<AskFailure | undefined>(undefined)
  if (!hasServer) return null
  const onAsk = async (): Promise<void> => {
    if (isAsking.value) return
    isAsking.value = true
    failure.value = undefined
    try {
      await ask()
      document.getElementById('verdict')?.focus()
    } catch (error) {
      failure.value = error instanceof NotAnswered ? error.failure : { why: 'no_keygrant' }
    }
    isAsking.value = false
  }
  return (
    <div class="ask">
      <button type="button" id="ask-server" onClick={() => void onAsk()}>
        {isAsking.value ? texts.asking : texts.ask}
      </button>
      <p class="hint">{texts.askHint(location.host)}</p>
      {failure.value === undefined ? null : (
        <p class="alert" role="alert" data-failure={failure.value.why}>
          <Icon name="warning" />
          <span>
            {failureText(failure.value)}{' '}
            {failure.value.why === 'signed_out' ? (
              <>
                <a href={place.href} target="_blank" rel="noopener">
                  {texts.signIn}
                </a>
                {place.host === location.host ? null : texts.openThere(place.host)}
              </>
            ) : null}
          </span>
        </p>
      )}
    </div>
  )
}

/** Whose judgement it is, and the way back to that of the page. */
export function JudgedBy({ server }: { readonly server: ServerAnswer }): JSX.Element {
  return (
    <p class="judged" id="judged">
      {texts.judged(visibleText(server.issuer), fullTime(Date.parse(server.at)))}{' '}
      {texts.judgedAs(server.profile)}{' '}
      <button type="button" class="link" onClick={() => (explained.value = undefined)}>
        {texts.back}
      </button>
    </p>
  )
}

/** The rows of a group beside its checks, as far as they count. */
export function rowsOf(group: string, server: ServerAnswer): readonly { readonly status: State }[] {
  if (group === 'client') return [{ status: clientState(server) }]
  if (group === 'grant' && server.scopes !== null) return [{ status: grantState(server) }]
  return []
}

/** The app that it claims to be. */
export function ClientRows({
  server: { app, ...server },
}: {
  readonly server: ServerAnswer
}): JSX.Element {
  const state = clientState({ app, ...server })
  return (
    <ul class="rows ledger">
      <Row state={state} name={texts.client}>
        <p>
          {app === null
            ? texts.unknownApp
            : texts.app(visibleText(app.label), app.status === 'ACTIVE')}
          {app === null ? null : <ConsoleLink path={`apps/${app.id}`} text={texts.openApp} />}
        </p>
        {app?.isDpopRequired === true ? <p class="muted">{texts.dpop}.</p> : null}
      </Row>
    </ul>
  )
}

/** The key that made the signature. */
export function SignerRow({ server }: { readonly server: ServerAnswer }): JSX.Element | null {
  const { signer, isEveryKeyTried } = server
  if (signer === null) {
    return isEveryKeyTried ? (
      <p class="signer" id="signer">
        {texts.signedByNobody}.
      </p>
    ) : null
  }
  const { kid, label, status, lastChange, appId } = signer
  return (
    <p class="signer" id="signer" data-status={status}>
      {texts.signed(visibleText(kid), visibleText(label))} ({texts.keyStates[status]}).{' '}
      {lastChange === null
        ? null
        : `${texts.lastChange(lastChange.displayMessage, fullTime(Date.parse(lastChange.published)))}.`}
      <ConsoleLink path={`apps/${appId}/keys`} text={texts.openKeys} />
    </p>
  )
}

/** What becomes of the scopes that are asked for. */
export function GrantRows({ server }: { readonly server: ServerAnswer }): JSX.Element | null {
  const { scopes, app } = server
  if (scopes === null) return null
  const { error, description, granted, notGranted } = scopes
  return (
    <ul class="rows ledger">
      <Row state={grantState(server)} name={texts.grant}>
        <p>
          {error === null
            ? texts.granted(granted.map(visibleText).join(' '))
            : `${texts.refusedScopes(error)}${description === null ? '' : `: ${visibleText(description)}`}`}
          {app === null ? null : (
            <ConsoleLink path={`apps/${app.id}/scopes`} text={texts.openGrants} />
          )}
        </p>
        {notGranted.length === 0 ? null : (
          <p class="muted">{texts.notGranted(notGranted.map(visibleText).join(' '))}</p>
        )}
      </Row>
    </ul>
  )
}

function Row({
  state,
  name,
  children,
}: {
  readonly state: State
  readonly name: string
  readonly children: JSX.Element | readonly (JSX.Element | null)[]
}): JSX.Element {
  return (
    <li class={`row is-${state}-row`} data-server={name} data-status={state}>
      <span class={`state is-${state}`}>
        <Icon name={state} />
        {strings.states[state]}
      </span>
      <code class="check-name">{name}</code>
      <div class="row-text">{children}</div>
    </li>
  )
}

function ConsoleLink({
  path,
  text,
}: {
  readonly path: string
  readonly text: string
}): JSX.Element {
  return (
    <>
      {' '}
      <a href={`./console/${path}`} target="_blank" rel="noopener">
        {text}
      </a>
    </>
  )
}

function clientState({ app }: Pick<ServerAnswer, 'app'>): State {
  return app?.status === 'ACTIVE' ? 'pass' : 'fail'
}

function grantState({ scopes }: Pick<ServerAnswer, 'scopes'>): State {
  return scopes?.error === null ? 'pass' : 'fail'
}
