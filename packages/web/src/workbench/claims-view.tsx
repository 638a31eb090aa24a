/**
 * Step 2: the server, the claims in two views of one text, and the header.
 * @module
 */

import type { JSX } from 'preact'
import { Choice } from '../parts/choice.tsx'
import { Icon } from '../parts/icon.tsx'
import { optionsOf, Select } from '../parts/select.tsx'
import { Line } from '../parts/text-field.tsx'
import { distance } from '../parts/time.ts'
import {
  alg,
  chosenAlg,
  chosenKid,
  followsServerClock,
  kid,
  type Preset,
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
const TYPES: readonly string[] = ['client-authentication+jwt', 'JWT', '']

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
  return (
    <Select
      id="preset"
      label={texts.preset}
      options={optionsOf<Preset>(texts.presets)}
      onChoose={takePreset}
    />
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
        <Choice
          id="server-clock"
          isChosen={followsServerClock.value}
          onChoose={() => (followsServerClock.value = !followsServerClock.value)}
        >
          {texts.followServerClock}
        </Choice>
      </div>
    </div>
  )
}

/** Keeps the form, when a person says so. */
function Remember(): JSX.Element {
  return (
    <div class="remember">
      <Choice
        id="remember"
        isChosen={remembers.value}
        describedBy="remember-hint"
        onChoose={() => (remembers.value = !remembers.value)}
      >
        {texts.remember}
      </Choice>
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
      <Select
        id="alg"
        label={texts.alg}
        value={alg.value}
        options={algorithms.map((name) => [name, name])}
        onChoose={(name) => (chosenAlg.value = name)}
      />
      <Line
        id="header-kid"
        label={texts.kid}
        value={kid.value}
        onInput={(value) => (chosenKid.value = value)}
      />
      <Select
        id="typ"
        label={texts.typ}
        value={typ.value}
        options={TYPES.map((name) => [name, name === '' ? texts.noTyp : name])}
        onChoose={(name) => (typ.value = name)}
      />
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
