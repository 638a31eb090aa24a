/**
 * Breaking it on purpose: what can be broken, and what the server will answer to each.
 * @module
 */

import { effect, type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Choice } from '../parts/choice.tsx'
import { addsJti, alg, claimsText, iatChoice, kid, lifetimeSeconds, typ } from './claims.ts'
import { tokenForm, scope } from './exchange.ts'
import { type Fault, type FaultId, FAULTS, foreignKid } from './faults.ts'
import { lackForJwt } from './missing.tsx'
import { preflight } from './preflight.ts'
import { expectations } from './preflight-view.tsx'
import { fault, makeJwt, serverClock, usedJti } from './signing.ts'
import { save } from './save.ts'
import { stepStrings } from './step-strings.ts'

const { faults: texts } = stepStrings
/** Whoever writes has not done so yet. */
const WAIT_MS = 300

/** What the server will answer, by fault; under the empty name, to what is not broken. */
const forecasts: Signal<ReadonlyMap<FaultId | '', string>> = signal(new Map())
const isOpen: Signal<boolean> = signal(false)

/** The choice: one radio for each fault. */
export function FaultChoice(): JSX.Element {
  return (
    <fieldset class="faults" ref={watchFold}>
      <legend class="visually-hidden">{texts.title}</legend>
      <p class="hint">{lackForJwt() === undefined ? texts.lead : texts.noKey}</p>
      <div class="fault-list">
        <FaultRadio id="" name={texts.none} />
        {offered().map((each) => (
          <FaultRadio key={each.id} id={each.id} name={texts.names[each.id]} chosen={each} />
        ))}
      </div>
      {lackForJwt() === undefined ? (
        <div class="vectors">
          <div class="with-buttons">
            <button type="button" id="save-vectors" onClick={() => void saveVectors()}>
              {texts.save}
            </button>
          </div>
          <p class="hint">{texts.saveHint}</p>
        </div>
      ) : null}
    </fieldset>
  )
}

function FaultRadio({
  id,
  name,
  chosen,
}: {
  readonly id: FaultId | ''
  readonly name: string
  readonly chosen?: Fault
}): JSX.Element {
  const forecast = forecasts.value.get(id)
  return (
    <Choice
      name="fault"
      value={id}
      isChosen={(fault.value?.id ?? '') === id}
      onChoose={() => (fault.value = chosen)}
    >
      {name}
      {forecast === undefined ? null : <span class="hint">{forecast}</span>}
    </Choice>
  )
}

/** That with the kid of another app only where one is known. */
function offered(): readonly Fault[] {
  return FAULTS.filter(({ id }) => id !== 'kid_foreign' || foreignKid.value !== undefined)
}

/** Every fault as a request with the answer that is expected: for the tests of whoever writes a server. */
async function saveVectors(): Promise<void> {
  const { key, issuer, endpoint, profile } = expectations()
  const vectors: object[] = []
  for (const each of [undefined, ...offered()]) {
    const made = await makeJwt(each)
    if (made === undefined) return
    // Not before it was made: by the clock of a second earlier it would live a second too long.
    const expected = expectations()
    const { answer, causes } = await preflight({ ...expected, made })
    vectors.push({
      fault: each?.id ?? null,
      now: expected.now,
      form: Object.fromEntries(tokenForm(made, scope.value)),
      expected: { answer: answer ?? texts.accepted, rules: causes.map(({ rule }) => rule) },
    })
  }
  const server = { issuer, token_endpoint: endpoint, profile }
  save('token-request-vectors.json', JSON.stringify({ server, key: key?.jwk, vectors }, null, 2))
}

/** Nothing is worked out while nobody looks. */
function watchFold(fieldset: HTMLFieldSetElement | null): void {
  const fold = fieldset?.closest('details')
  fold?.addEventListener('toggle', () => (isOpen.value = fold.open))
  isOpen.value = fold?.open ?? false
}

effect(() => {
  const expected = expectations()
  const isAsked = isOpen.value && lackForJwt() === undefined
  // What a JWT is made of besides.
  for (const each of [claimsText, lifetimeSeconds, iatChoice, addsJti, alg, kid, typ, usedJti]) {
    void each.value
  }
  void foreignKid.value
  if (!isAsked) {
    forecasts.value = new Map()
    return undefined
  }
  let isStale = false
  const foretellAll = async (): Promise<void> => {
    const found = new Map<FaultId | '', string>()
    for (const each of [undefined, ...offered()]) {
      const made = await makeJwt(each).catch(() => undefined)
      if (isStale) return
      if (made === undefined) continue
      const { answer, causes } = await preflight({ ...expected, made, now: serverClock() })
      found.set(each?.id ?? '', texts.expected(answer ?? texts.accepted, causes[0]?.rule))
    }
    forecasts.value = found
  }
  const timer = setTimeout(() => void foretellAll(), WAIT_MS)
  return () => {
    isStale = true
    clearTimeout(timer)
  }
})
