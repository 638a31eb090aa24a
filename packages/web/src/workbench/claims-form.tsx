/**
 * The claims as a form: a row for each that a client assertion has, and for each that it need not have.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { Choice } from '../parts/choice.tsx'
import { Icon } from '../parts/icon.tsx'
import { optionsOf, Select } from '../parts/select.tsx'
import { Line, PRIVATE_FIELD } from '../parts/text-field.tsx'
import { parseInstant, utc } from '../parts/time.ts'
import { visibleJson, visibleText } from '../parts/visible-text.ts'
import { fullTime, numericDate } from '../parts/zone.tsx'
import {
  addsJti,
  claimOf,
  type IatChoice,
  iatChoice,
  lifetimeSeconds,
  reading,
  setClaims,
} from './claims.ts'
import { showClaims } from './claims-views.ts'
import { later } from './later.tsx'
import { knownIssuer, metadata, tokenEndpoint } from './server.ts'
import { now } from './signing.ts'
import { stepStrings } from './step-strings.ts'

const { claims: texts } = stepStrings
const MINUTES = [1, 5, 10, 30, 60] as const
/** The claims that have a row of their own. */
const KNOWN: readonly string[] = ['aud', 'iss', 'sub', 'exp', 'iat', 'jti']

/** The rows. */
export function ClaimsForm(): JSX.Element {
  return (
    <div class="fields">
      {reading.value.ok ? null : (
        <p class="alert" id="form-stands">
          <Icon name="warning" />
          <span>{texts.formStands}</span>
          <button type="button" class="link" onClick={() => showClaims('json', 'claims-json')}>
            {texts.mend}
          </button>
        </p>
      )}
      <Identity />
      <Times />
      <OtherClaims />
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
        <Choice
          id="same-sub"
          isChosen={isSame}
          onChoose={() => setClaims({ sub: isSame ? '' : claimOf('iss') })}
        >
          {texts.sameSub}
        </Choice>
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
        hint={audience === '' ? undefined : <AudienceHint audience={audience} />}
        offers={AUDIENCES.map(([name, find]): [string, string] => [
          find() ?? '',
          texts.audHints[name],
        ]).filter(([each]) => each !== '')}
        isUrl
      />
    </>
  )
}

/** What servers take, and where it comes from. */
const AUDIENCES = [
  ['issuer', () => knownIssuer.value],
  ['endpoint', () => tokenEndpoint.value],
] as const

/** What it is, and whether a server is likely to take it. */
function AudienceHint({ audience }: { readonly audience: string }): JSX.Element {
  const known = AUDIENCES.find(([, find]) => find() === audience)?.[0]
  return (
    <>
      <Icon name={known === undefined ? 'warning' : 'pass'} />
      {texts.audHints[known ?? (audience.startsWith('[') ? 'array' : 'other')]}
    </>
  )
}

function Times(): JSX.Element {
  const isIatGiven = claimOf('iat') !== ''
  return (
    <>
      <End />
      <div class="pair">
        <Select
          id="iat"
          label={texts.iat}
          value={isIatGiven ? 'given' : iatChoice.value}
          options={[
            ...(isIatGiven ? ([['given', texts.given]] as const) : []),
            ...optionsOf<IatChoice>(texts.iatChoices),
          ]}
          onChoose={(choice) => {
            if (choice === 'given') return
            setClaims({ iat: undefined })
            iatChoice.value = choice
          }}
        />
        <Select
          id="jti"
          label={texts.jti}
          value={jtiChoice()}
          options={optionsOf<JtiChoice>(texts.jtiChoices)}
          onChoose={chooseJti}
        />
      </div>
      {jtiChoice() === 'fixed' ? (
        <p class="hint">
          <Icon name="warning" />
          {texts.jtiFixed}
        </p>
      ) : null}
    </>
  )
}

/** `exp`: some minutes ahead of each JWT, or one moment for all. */
function End(): JSX.Element {
  const isGiven = claimOf('exp') !== ''
  const isFar = isTooFar(isGiven)
  const choose = (value: string): void => {
    if (value === 'given') {
      setClaims({ exp: now.value + (lifetimeSeconds.value || 300) })
      return
    }
    setClaims({ exp: undefined })
    lifetimeSeconds.value = Number(value)
  }
  return (
    <div class="end">
      <Select
        id="exp"
        label={texts.exp}
        value={isGiven ? 'given' : String(lifetimeSeconds.value)}
        options={[
          ...MINUTES.map((minutes): [string, string] => [
            String(minutes * 60),
            texts.inMinutes(minutes),
          ]),
          ['given', texts.atTime],
          ['0', texts.none],
        ]}
        onChoose={choose}
        describedBy="exp-hint"
      />
      {isGiven ? <EndTime /> : null}
      <p class={`hint ${isFar ? 'is-wrong' : ''}`} id="exp-hint">
        {isFar ? <Icon name="warning" /> : null}
        {endOf(isGiven)} {maximum()}
      </p>
    </div>
  )
}

/** The moment, written as a date or in seconds. */
function EndTime(): JSX.Element {
  const given = claimOf('exp')
  const change = (event: TargetedEvent<HTMLInputElement>): void => {
    const moment = parseInstant(event.currentTarget.value)
    isWrongTime.value = moment === undefined
    if (moment !== undefined) setClaims({ exp: moment })
  }
  return (
    <div class="field">
      <label for="exp-time">{texts.expTime}</label>
      <input
        id="exp-time"
        class="mono"
        type="text"
        value={utc(Number(given))?.slice(0, 19) ?? given}
        onChange={change}
        aria-invalid={isWrongTime.value}
        aria-describedby={isWrongTime.value ? 'exp-wrong' : undefined}
        {...PRIVATE_FIELD}
      />
      {isWrongTime.value ? (
        <p class="hint is-wrong" id="exp-wrong" role="alert">
          {texts.noTime}
        </p>
      ) : null}
    </div>
  )
}

const isWrongTime: Signal<boolean> = signal(false)

/** When a JWT that is made now ends; not before the page stands: until then nobody looks at a clock. */
function endOf(isGiven: boolean): string {
  if (later.value === undefined) return ''
  if (isGiven) {
    const time = numericDate(Number(claimOf('exp')), now.value)
    return time === undefined ? '' : `${time}.`
  }
  const seconds = lifetimeSeconds.value
  return seconds === 0 ? '' : texts.until(fullTime((now.value + seconds) * 1000))
}

/** How long the server lets an assertion last, where it says so. */
function maximum(): string {
  const seconds = maximumSeconds()
  return seconds === undefined ? '' : texts.maximum(Math.floor(seconds / 60))
}

function maximumSeconds(): number | undefined {
  const found = metadata.value
  const seconds = found.state === 'found' ? found.policy.max_lifetime_seconds : undefined
  return typeof seconds === 'number' ? seconds : undefined
}

/** Whether the server will refuse it for its end alone. */
function isTooFar(isGiven: boolean): boolean {
  const seconds = isGiven ? Number(claimOf('exp')) - now.value : lifetimeSeconds.value
  return seconds > (maximumSeconds() ?? Number.POSITIVE_INFINITY)
}

type JtiChoice = keyof typeof texts.jtiChoices

function jtiChoice(): JtiChoice {
  if (claimOf('jti') !== '') return 'fixed'
  return addsJti.value ? 'new' : 'none'
}

function chooseJti(choice: JtiChoice): void {
  addsJti.value = choice === 'new'
  setClaims({ jti: choice === 'fixed' ? crypto.randomUUID() : undefined })
}

const newName: Signal<string> = signal('')
const newValue: Signal<string> = signal('')

/** The claims without a row of their own, and one more. */
function OtherClaims(): JSX.Element {
  const read = reading.value
  const others = Object.entries(read.ok ? read.claims : {}).filter(
    ([name]) => !KNOWN.includes(name),
  )
  const remove = (name: string): void => {
    setClaims({ [name]: undefined })
    document.getElementById('another-claim')?.focus()
  }
  return (
    <>
      {others.length === 0 ? null : (
        <ul class="other-claims">
          {others.map(([name, value]) => (
            <li key={name}>
              <code>{visibleText(name)}</code>
              <span class="value">{visibleJson(value)}</span>
              <button
                type="button"
                class="link"
                aria-label={texts.remove(visibleText(name))}
                onClick={() => remove(name)}
              >
                {texts.remove('')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <details class="more">
        <summary id="another-claim">{texts.another}</summary>
        <NewClaim />
      </details>
    </>
  )
}

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
