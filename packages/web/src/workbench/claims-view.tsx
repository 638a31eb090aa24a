/**
 * Step 2: the claims, as a form and as JSON, and the header.
 * @module
 */

import type { JSX, TargetedEvent } from 'preact'
import { Line, PRIVATE_FIELD } from '../parts/text-field.tsx'
import {
  addsIat,
  addsJti,
  alg,
  chosenAlg,
  chosenKid,
  claimOf,
  claimsText,
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
import {
  askForMetadata,
  givenEndpoint,
  issuer,
  knownIssuer,
  metadata,
  tokenEndpoint,
} from './server.ts'
import { fault } from './signing.ts'
import { heldKey } from './vault-frame.ts'
import { workbenchStrings } from './strings.ts'

const { claims: texts, faults: faultTexts } = workbenchStrings
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
      </div>
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
      </div>
      <div class="choices">
        <label class="choice">
          <input
            id="add-iat"
            type="checkbox"
            checked={addsIat.value}
            onChange={() => (addsIat.value = !addsIat.value)}
          />
          <span>{texts.addIat}</span>
        </label>
        <label class="choice">
          <input
            id="add-jti"
            type="checkbox"
            checked={addsJti.value}
            onChange={() => (addsJti.value = !addsJti.value)}
          />
          <span>{texts.addJti}</span>
        </label>
      </div>
    </>
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
  const format = (): void => {
    if (read.ok) claimsText.value = JSON.stringify(read.claims, null, 2)
  }
  return (
    <div class="field">
      <label for="claims-json" class="visually-hidden">
        {texts.json}
      </label>
      <textarea
        id="claims-json"
        class="mono"
        rows={6}
        value={claimsText.value}
        onInput={(event) => (claimsText.value = event.currentTarget.value)}
        aria-invalid={!read.ok}
        aria-describedby="claims-fault"
        {...PRIVATE_FIELD}
      />
      <p class="hint is-wrong" id="claims-fault">
        {read.ok ? '' : read.fault === 'object' ? texts.faultObject : texts.faultAt(read.fault)}
      </p>
      <button type="button" onClick={format}>
        {texts.format}
      </button>
    </div>
  )
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
