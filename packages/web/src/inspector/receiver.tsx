/**
 * What the receiver expects: the form with which the checks compare.
 * @module
 */

import { type Signal, useSignal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { Choice } from '../parts/choice.tsx'
import { Fold } from '../parts/fold.tsx'
import { Icon } from '../parts/icon.tsx'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { mayReach } from '../workbench/reach.ts'
import type { Given } from './expectations.ts'
import {
  audience,
  clientId,
  endpoint,
  hadPrivateKeyInKeys,
  issuer,
  isUrl,
  keyText,
  kind,
  outcome,
  profile,
  receiver,
  receiverKeys,
  setKeyText,
} from './state.ts'
import { inspectorStrings } from './strings.ts'

/** Whether the page comes from a server, which may be the one that is asked about. */
const isServed = location.protocol.startsWith('http')

/** The form. */
export function ReceiverForm(): JSX.Element {
  const { receiver: texts } = inspectorStrings
  const isPersons = kind.value === 'id_token'
  const isToken = kind.value === 'access_token' || isPersons
  const isProof = kind.value === 'dpop'
  const given = receiver.value
  return (
    <Fold id="receiver" title={texts.title}>
      <div class="fields">
        {isToken || isProof ? null : <ProfileChoice />}
        {isToken ? null : (
          <TextField
            id="endpoint"
            label={texts.endpoint}
            value={endpoint}
            given={given.endpoint}
            isUrl
            offer={isServed ? `${location.origin}/oauth2/v1/token` : undefined}
          />
        )}
        {isProof ? null : (
          <>
            <TextField
              id="issuer"
              label={texts.issuer}
              value={issuer}
              given={given.issuer}
              isUrl
              offer={isServed && isToken ? location.origin : undefined}
            />
            {isToken ? (
              <TextField
                id="audience"
                label={isPersons ? texts.app : texts.audience}
                value={audience}
                given={given.audience}
              />
            ) : (
              <TextField
                id="client-id"
                label={texts.clientId}
                value={clientId}
                given={given.clientId}
              />
            )}
            <KeyField offer={isServed && isToken} />
          </>
        )}
      </div>
    </Fold>
  )
}

function ProfileChoice(): JSX.Element {
  const { receiver: texts } = inspectorStrings
  return (
    <fieldset>
      <legend>{texts.profile}</legend>
      {(['okta', 'strict'] as const).map((name) => (
        <Choice
          key={name}
          name="profile"
          value={name}
          isChosen={profile.value === name}
          onChoose={() => (profile.value = name)}
        >
          <b>{name}</b> <span class="muted">{texts.profileTexts[name]}</span>
        </Choice>
      ))}
    </fieldset>
  )
}

interface TextFieldProps {
  readonly id: string
  readonly label: string
  readonly value: Signal<string>
  readonly given: Given
  readonly isUrl?: boolean
  /** What this server's own value is. */
  readonly offer?: string | undefined
}

function TextField({ id, label, value, given, isUrl = false, offer }: TextFieldProps): JSX.Element {
  const { derived, notUrl, thisServer } = inspectorStrings.receiver
  const hint =
    given.from !== undefined
      ? derived[given.from](given.value ?? '')
      : isUrl && value.value.trim() !== '' && !URL.canParse(value.value.trim())
        ? notUrl
        : undefined
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {offer === undefined || given.value !== undefined ? null : (
        <button type="button" class="link offer" onClick={() => (value.value = offer)}>
          {thisServer}
        </button>
      )}
      <input
        id={id}
        class="mono"
        type="text"
        inputMode={isUrl ? 'url' : 'text'}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...PRIVATE_FIELD}
      />
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

function KeyField({ offer }: { readonly offer: boolean }): JSX.Element {
  const { receiver: texts, privateRemoved } = inspectorStrings
  const address = keyText.value.trim()
  const views = outcome.value
  const onInput = (event: TargetedEvent<HTMLTextAreaElement>): void => {
    const box = event.currentTarget
    setKeyText(box.value)
    if (box.value !== keyText.value) box.value = keyText.value
  }
  return (
    <div class="field">
      <label for="keys">{texts.keys}</label>
      {offer && address === '' ? (
        <button
          type="button"
          class="link offer"
          onClick={() => setKeyText(`${location.origin}/oauth2/v1/keys`)}
        >
          {texts.thisServer}
        </button>
      ) : null}
      <textarea
        id="keys"
        class="mono"
        rows={4}
        value={keyText.value}
        onInput={onInput}
        aria-describedby="keys-hint keys-state"
        {...PRIVATE_FIELD}
      />
      <p class="hint" id="keys-hint">
        {texts.keysHint}
      </p>
      {kind.value === 'assertion' && views !== undefined ? (
        <>
          <views.WorkbenchKeys />
          <views.RegisteredKeys />
        </>
      ) : null}
      {hadPrivateKeyInKeys.value ? (
        <p class="alert" role="alert">
          <Icon name="warning" />
          {privateRemoved}
        </p>
      ) : null}
      <div id="keys-state">
        {isUrl(address) ? <FetchKeys key={address} address={address} /> : <KeyLines />}
      </div>
    </div>
  )
}

/** Keys are fetched when the button is pressed, from the host that is named on it. */
function FetchKeys({ address }: { readonly address: string }): JSX.Element | null {
  const { receiver: texts } = inspectorStrings
  const state = useSignal<'idle' | 'fetching' | { readonly fault: string }>('idle')
  if (!mayReach(location.href)) return <p class="hint">{texts.noFetching}</p>
  const onFetch = async (): Promise<void> => {
    if (state.value === 'fetching') return
    state.value = 'fetching'
    const { fetchKeys } = await import('./fetch-keys.ts')
    const { text, fault } = await fetchKeys(address)
    // Who typed on meanwhile wants something else.
    if (keyText.value.trim() !== address) return
    if (text === undefined) state.value = { fault }
    else {
      setKeyText(text)
      document.getElementById('keys')?.focus()
    }
  }
  const { host } = new URL(address)
  return (
    <>
      <button type="button" id="fetch-keys" onClick={() => void onFetch()}>
        {state.value === 'fetching'
          ? texts.fetching
          : mayReach(address)
            ? texts.fetchKeys(host)
            : texts.fetchByServer(host)}
      </button>
      {typeof state.value === 'object' ? (
        <p class="alert" role="alert">
          <Icon name="warning" />
          <span>{texts.noKeysThere(state.value.fault)}</span>
        </p>
      ) : null}
    </>
  )
}

function KeyLines(): JSX.Element | null {
  const keys = receiverKeys.value
  const { receiver: texts, failed } = inspectorStrings
  switch (keys.state) {
    case 'none':
      return null
    case 'reading':
      return <p class="hint">{texts.reading}</p>
    case 'failed':
      return <p class="alert">{failed}</p>
    case 'read':
      if (keys.found.length === 0) return <p class="hint">{texts.noKey}</p>
      return (
        <ul class="key-lines">
          {keys.found.map(({ key, fault }, index) => (
            <li key={index} class={key === undefined ? 'is-fail' : 'is-pass'}>
              <Icon name={key === undefined ? 'fail' : 'pass'} />
              {key === undefined ? (
                <span>
                  {fault?.sentence}
                  {fault?.fix === undefined ? null : `: ${fault.fix}`}
                </span>
              ) : (
                <span>
                  {key.crv ?? key.kty} <span class="muted mono">{key.kid}</span>
                </span>
              )}
            </li>
          ))}
        </ul>
      )
  }
}
