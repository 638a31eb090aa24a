/**
 * Step 2: the claims, as a form and as JSON, and the header.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { JSON_FAULT_TEXTS } from '../json-strings.ts'
import { Icon } from '../parts/icon.tsx'
import { findJsonFaults, placeOf } from '../parts/json-places.ts'
import { Line, PRIVATE_FIELD } from '../parts/text-field.tsx'
import { distance } from '../parts/time.ts'
import {
  addsJti,
  alg,
  chosenAlg,
  chosenKid,
  claimOf,
  claimsText,
  followsServerClock,
  type IatChoice,
  iatChoice,
  kid,
  lifetimeSeconds,
  type Preset,
  PRESETS,
  reading,
  setClaims,
  takePreset,
  typ,
} from './claims.ts'
import { FAULTS } from './faults.ts'
import { later } from './later.tsx'
import {
  askForMetadata,
  clockAhead,
  givenEndpoint,
  issuer,
  knownIssuer,
  metadata,
  tokenEndpoint,
} from './server.ts'
import { remembers } from './share.ts'
import { fault } from './signing.ts'
import { heldKey } from './vault-frame.ts'
import { stepStrings } from './step-strings.ts'

const { claims: texts, faults: faultTexts } = stepStrings
const MINUTES = [1, 5, 10, 30, 60] as const
const TYPES = ['client-authentication+jwt', 'JWT', ''] as const

/** The step. */
export function ClaimsStep(): JSX.Element {
  return (
    <section class="card" aria-labelledby="claims-title">
      <h2 id="claims-title" class="step-title">
        <span class="step">2</span> {texts.title}
      </h2>
      <div class="fields">
        <ServerField />
        <PresetChoice />
        <Identity />
        <Times />
        <ClockDoctor />
      </div>
      <Remember />
      <details class="more">
        <summary>{texts.header}</summary>
        <HeaderFields />
      </details>
      <details class="more">
        <summary>{texts.json}</summary>
        <JsonField />
      </details>
      <FaultChoice />
    </section>
  )
}

function ServerField(): JSX.Element {
  const found = metadata.value
  const hint =
    found.state === 'found'
      ? texts.serverStates.found(found.tokenEndpoint)
      : texts.serverStates[found.state === 'failed' ? found.because : found.state]
  return (
    <>
      <Line
        id="server"
        label={texts.server}
        value={issuer.value}
        onInput={(value) => (issuer.value = value)}
        onCommit={() => void askForMetadata()}
        hint={hint}
        isUrl
      />
      {found.state === 'failed' ? (
        <Line
          id="token-endpoint"
          label={texts.endpoint}
          value={givenEndpoint.value}
          onInput={(value) => (givenEndpoint.value = value)}
          isUrl
        />
      ) : null}
    </>
  )
}

function PresetChoice(): JSX.Element {
  const choose = (event: TargetedEvent<HTMLSelectElement>): void =>
    takePreset(event.currentTarget.value as Preset)
  return (
    <div class="field">
      <label for="preset">{texts.preset}</label>
      <select id="preset" onChange={choose}>
        {PRESETS.map((name) => (
          <option key={name} value={name}>
            {texts.presets[name]}
          </option>
        ))}
      </select>
    </div>
  )
}

function Identity(): JSX.Element {
  const isSame = claimOf('sub') === claimOf('iss')
  const setClientId = (iss: string): void => setClaims(isSame ? { iss, sub: iss } : { iss })
  const audience = claimOf('aud')
  const AppChoice = later.value?.AppChoice
  return (
    <>
      <div>
        <Line id="client" label={texts.clientId} value={claimOf('iss')} onInput={setClientId} />
        <label class="choice">
          <input
            id="same-sub"
            type="checkbox"
            checked={isSame}
            onChange={() => setClaims({ sub: isSame ? '' : claimOf('iss') })}
          />
          <span>{texts.sameSub}</span>
        </label>
      </div>
      {AppChoice === undefined ? null : <AppChoice />}
      {isSame ? null : (
        <Line
          id="subject"
          label={texts.sub}
          value={claimOf('sub')}
          onInput={(sub) => setClaims({ sub })}
        />
      )}
      <Line
        id="aud"
        label={texts.aud}
        value={audience}
        onInput={(aud) => setClaims({ aud })}
        hint={audience === '' ? undefined : audienceHint(audience)}
        offers={[knownIssuer.value, tokenEndpoint.value ?? ''].filter((each) => each !== '')}
        isUrl
      />
    </>
  )
}

function audienceHint(audience: string): string {
  if (audience.startsWith('[')) return texts.audHints.array
  if (audience === knownIssuer.value) return texts.audHints.issuer
  return audience === tokenEndpoint.value ? texts.audHints.endpoint : texts.audHints.other
}

function Times(): JSX.Element {
  const isGiven = claimOf('exp') !== ''
  return (
    <>
      <div class="field">
        <label for="exp">{texts.exp}</label>
        <select
          id="exp"
          value={isGiven ? 'given' : String(lifetimeSeconds.value)}
          onChange={(event) => {
            const { value } = event.currentTarget
            if (value !== 'given') {
              setClaims({ exp: undefined })
              lifetimeSeconds.value = Number(value)
            }
          }}
        >
          {isGiven ? <option value="given">{texts.given}</option> : null}
          {MINUTES.map((minutes) => (
            <option key={minutes} value={String(minutes * 60)}>
              {texts.inMinutes(minutes)}
            </option>
          ))}
          <option value="0">{texts.none}</option>
        </select>
        <MaximumHint />
      </div>
      <div class="pair">
        <div class="field">
          <label for="iat">{texts.iat}</label>
          <select
            id="iat"
            value={claimOf('iat') === '' ? iatChoice.value : 'given'}
            onChange={(event) => {
              const { value } = event.currentTarget
              if (value === 'given') return
              setClaims({ iat: undefined })
              iatChoice.value = value as IatChoice
            }}
          >
            {claimOf('iat') === '' ? null : <option value="given">{texts.given}</option>}
            {IAT_CHOICES.map((choice) => (
              <option key={choice} value={choice}>
                {texts.iatChoices[choice]}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="jti">{texts.jti}</label>
          <select id="jti" value={jtiChoice()} onChange={(event) => chooseJti(event)}>
            {JTI_CHOICES.map((choice) => (
              <option key={choice} value={choice}>
                {texts.jtiChoices[choice]}
              </option>
            ))}
          </select>
        </div>
      </div>
      {jtiChoice() === 'fixed' ? <p class="hint">{texts.jtiFixed}</p> : null}
    </>
  )
}

/** How long the server lets an assertion last, where it says so. */
function MaximumHint(): JSX.Element | null {
  const found = metadata.value
  const seconds = found.state === 'found' ? found.policy.max_lifetime_seconds : undefined
  if (typeof seconds !== 'number') return null
  return <p class="hint">{texts.maximum(Math.floor(seconds / 60))}</p>
}

const IAT_CHOICES = ['now', 'early', 'none'] as const
const JTI_CHOICES = ['new', 'fixed', 'none'] as const

function jtiChoice(): (typeof JTI_CHOICES)[number] {
  if (claimOf('jti') !== '') return 'fixed'
  return addsJti.value ? 'new' : 'none'
}

function chooseJti(event: TargetedEvent<HTMLSelectElement>): void {
  const { value } = event.currentTarget
  addsJti.value = value === 'new'
  setClaims({ jti: value === 'fixed' ? crypto.randomUUID() : undefined })
}

/** Says when this machine's clock and the server's differ: what is signed by the wrong one is refused. */
function ClockDoctor(): JSX.Element | null {
  const ahead = clockAhead.value
  if (ahead === undefined || Math.abs(ahead) < 2) return null
  return (
    <div class="alert" id="clock">
      <Icon name="warning" />
      <div>
        <p>{texts.clock(distance(Math.abs(ahead)).replace('in ', ''), ahead > 0)}</p>
        <label class="choice">
          <input
            id="server-clock"
            type="checkbox"
            checked={followsServerClock.value}
            onChange={() => (followsServerClock.value = !followsServerClock.value)}
          />
          <span>{texts.followServerClock}</span>
        </label>
      </div>
    </div>
  )
}

/** Keeps the form, when a person says so. */
function Remember(): JSX.Element {
  return (
    <div class="remember">
      <label class="choice">
        <input
          id="remember"
          type="checkbox"
          checked={remembers.value}
          aria-describedby="remember-hint"
          onChange={() => (remembers.value = !remembers.value)}
        />
        <span>{texts.remember}</span>
      </label>
      <p class="hint" id="remember-hint">
        {texts.rememberHint}
      </p>
    </div>
  )
}

function HeaderFields(): JSX.Element {
  const { algorithms = [] } = heldKey.value ?? {}
  return (
    <div class="fields">
      <div class="field">
        <label for="alg">{texts.alg}</label>
        <select
          id="alg"
          value={alg.value}
          onChange={(event) => (chosenAlg.value = event.currentTarget.value)}
        >
          {algorithms.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Line
        id="header-kid"
        label={texts.kid}
        value={kid.value}
        onInput={(value) => (chosenKid.value = value)}
      />
      <div class="field">
        <label for="typ">{texts.typ}</label>
        <select
          id="typ"
          value={typ.value}
          onChange={(event) => (typ.value = event.currentTarget.value)}
        >
          {TYPES.map((name) => (
            <option key={name} value={name}>
              {name === '' ? texts.noTyp : name}
            </option>
          ))}
        </select>
      </div>
    </div>
  )
}

function JsonField(): JSX.Element {
  const read = reading.value
  const text = claimsText.value
  const faults = findJsonFaults(text)
  const format = (): void => {
    if (read.ok) claimsText.value = JSON.stringify(read.claims, null, 2)
  }
  const lead = (position: number): void => {
    const box = document.getElementById('claims-json') as HTMLTextAreaElement
    box.focus()
    box.setSelectionRange(position, position + 1)
  }
  return (
    <div class="field">
      <label for="claims-json" class="visually-hidden">
        {texts.json}
      </label>
      <div class="numbered">
        <pre class="mono hint" aria-hidden="true">
          {text
            .split('\n')
            .map((_, index) => index + 1)
            .join('\n')}
        </pre>
        <textarea
          id="claims-json"
          class="mono"
          rows={Math.max(6, text.split('\n').length)}
          value={text}
          onInput={(event) => (claimsText.value = event.currentTarget.value)}
          aria-invalid={!read.ok}
          aria-describedby="claims-fault"
          {...PRIVATE_FIELD}
        />
      </div>
      <div id="claims-fault">
        {read.ok ? null : <p class="hint is-wrong">{texts.noJson}</p>}
        <ul class="places">
          {faults.map(({ kind, about, position }) => {
            const { line, column } = placeOf(text, position)
            return (
              <li key={`${kind} ${position}`}>
                <button type="button" class="link" onClick={() => lead(position)}>
                  {texts.place(line, column, JSON_FAULT_TEXTS[kind](about))}
                </button>
              </li>
            )
          })}
        </ul>
      </div>
      <button type="button" onClick={format}>
        {texts.format}
      </button>
      <NewClaim />
    </div>
  )
}

const newName: Signal<string> = signal('')
const newValue: Signal<string> = signal('')

/** One more claim: its value is JSON where it reads as such, and a text otherwise. */
function NewClaim(): JSX.Element {
  const add = (): void => {
    const name = newName.value.trim()
    if (name === '') {
      document.getElementById('claim-name')?.focus()
      return
    }
    setClaims({ [name]: valueOf(newValue.value) })
    newName.value = ''
    newValue.value = ''
  }
  return (
    <div class="new-claim">
      <Line
        id="claim-name"
        label={texts.claimName}
        value={newName.value}
        onInput={(value) => (newName.value = value)}
      />
      <Line
        id="claim-value"
        label={texts.claimValue}
        value={newValue.value}
        onInput={(value) => (newValue.value = value)}
      />
      <button type="button" id="add-claim" onClick={add}>
        {texts.addClaim}
      </button>
    </div>
  )
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function FaultChoice(): JSX.Element {
  const active = fault.value
  return (
    <details class="more" id="faults">
      <summary>{faultTexts.title}</summary>
      <div class="field">
        <p class="hint" id="fault-hint">
          {faultTexts.lead}
        </p>
        <label for="fault" class="visually-hidden">
          {faultTexts.title}
        </label>
        <select
          id="fault"
          aria-describedby="fault-hint"
          value={active?.id ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget
            fault.value = FAULTS.find(({ id }) => id === value)
          }}
        >
          <option value="">{faultTexts.none}</option>
          {FAULTS.map(({ id }) => (
            <option key={id} value={id}>
              {faultTexts.names[id]}
            </option>
          ))}
        </select>
      </div>
    </details>
  )
}
