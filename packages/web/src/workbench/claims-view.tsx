/**
 * Step 2: the server, the claims in two views of one text, and the header.
 * @module
 */

import type { JSX, TargetedEvent } from 'preact'
import { Icon } from '../parts/icon.tsx'
import { Line } from '../parts/text-field.tsx'
import { distance } from '../parts/time.ts'
import {
  alg,
  chosenAlg,
  chosenKid,
  followsServerClock,
  kid,
  type Preset,
  PRESETS,
  takePreset,
  typ,
} from './claims.ts'
import { ClaimsForm } from './claims-form.tsx'
import { ClaimsJson } from './claims-json.tsx'
import { claimsView } from './claims-views.ts'
import { later } from './later.tsx'
import { askForMetadata, clockAhead, givenEndpoint, issuer, metadata } from './server.ts'
import { remembers } from './share.ts'
import { TabPanel, Tabs } from './tabs.tsx'
import { heldKey } from './vault-frame.ts'
import { stepStrings } from './step-strings.ts'

const { claims: texts, faults: faultTexts } = stepStrings
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
        <Tabs label={texts.views.label} names={texts.views.names} chosen={claimsView} />
        <TabPanel name="form" chosen={claimsView}>
          <ClaimsForm />
        </TabPanel>
        <TabPanel name="json" chosen={claimsView}>
          <ClaimsJson />
        </TabPanel>
        <ClockDoctor />
      </div>
      <Remember />
      <details class="more">
        <summary>{texts.header}</summary>
        <HeaderFields />
      </details>
      <FaultLab />
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

/** What can be broken on purpose. It says what will come of that, with the rulebook. */
function FaultLab(): JSX.Element {
  const views = later.value
  return (
    <details class="more" id="faults">
      <summary>{faultTexts.title}</summary>
      {views === undefined ? null : <views.FaultChoice />}
    </details>
  )
}
