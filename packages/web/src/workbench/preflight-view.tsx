/**
 * What the rulebook says of the JWT before it is sent, and of a refusal after.
 * @module
 */

import { explain, type Finding } from '@keygrant/core/assertion'
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { announce } from '../parts/announce.tsx'
import { Findings } from '../parts/findings.tsx'
import { Icon } from '../parts/icon.tsx'
import { Ledger } from '../parts/ledger.tsx'
import { Select } from '../parts/select.tsx'
import { reportedChecks } from '../parts/server-report.ts'
import { scope } from './exchange.ts'
import { fixOf } from './fixes.ts'
import { type Preflight, preflight, type PreflightQuestion } from './preflight.ts'
import { isOwnServer, wayTo } from './reach.ts'
import { expectedKey, registration } from './registration-state.ts'
import { knownIssuer, metadata, tokenEndpoint } from './server.ts'
import { serverClock, signed } from './signing.ts'
import { stepStrings } from './step-strings.ts'

const { preflight: texts, token: tokenTexts, faults: faultTexts } = stepStrings
/** The answer that was foretold. */
export interface Foretold {
  readonly answer: string
}

const PROFILES = ['strict', 'okta'] as const
type Profile = (typeof PROFILES)[number]

const chosenProfile: Signal<Profile | undefined> = signal(undefined)
/** The profile of the server, unless a person chose the other one. */
const profile: ReadonlySignal<Profile> = computed(() => {
  const found = metadata.value
  const own = found.state === 'found' && found.policy.profile === 'okta' ? 'okta' : 'strict'
  return chosenProfile.value ?? own
})
/** What the rulebook says of the JWT. */
export const result: Signal<Preflight | undefined> = signal(undefined)
const judgedAt: Signal<number> = signal(0)
/** Whether what is shown is about what was. */
const isJudging: Signal<boolean> = signal(false)
/** Settles once it is. */
let judging: Promise<void> = Promise.resolve()

/** What is expected of a JWT that is made now. */
export function expectations(): Omit<PreflightQuestion, 'made'> {
  return {
    key: expectedKey.value,
    scopes: scope.value,
    issuer: knownIssuer.value,
    endpoint: tokenEndpoint.value ?? '',
    profile: profile.value,
    now: serverClock(),
  }
}

effect(() => {
  const made = signed.value
  const question = expectations()
  if (made === undefined) {
    result.value = undefined
    return undefined
  }
  let isStale = false
  isJudging.value = true
  const judge = async (): Promise<void> => {
    const judged = await preflight({ ...question, made })
    if (isStale) return
    isJudging.value = false
    judgedAt.value = question.now
    result.value = judged
  }
  judging = judge()
  return () => {
    isStale = true
  }
})

/** The card. */
export function PreflightCard(): JSX.Element | null {
  const judged = result.value
  if (judged === undefined) return null
  const { checks, causes, answer } = judged
  const isUsed = causes.some(({ rule }) => rule === 'replay-replayed')
  // That it worked once is no failure.
  const look = causes.length === 0 ? 'pass' : isUsed ? 'skip' : 'fail'
  const count = (status: string): number => checks.filter((check) => check.status === status).length
  return (
    <section
      class="card"
      id="preflight"
      aria-labelledby="preflight-title"
      aria-busy={isJudging.value}
    >
      <h2 id="preflight-title">{texts.title}</h2>
      <p class="hint">{knowsKey() ? texts.leadKnown : texts.lead}</p>
      <ProfileChoice />
      <p class={`answer state is-${look === 'skip' ? 'info' : look}`} data-verdict>
        <Icon name={look === 'skip' ? 'info' : look} />
        <span>
          {causes.length === 0 ? texts.holds : isUsed ? texts.used : texts.predicted}{' '}
          {answer === undefined ? null : <code data-answer={answer}>{answer}</code>}
        </span>
      </p>
      {causes.length === 0 ? null : (
        <Findings findings={isUsed ? causes.map(asNote) : causes} action={fixButton} />
      )}
      <details class="more">
        <summary>
          {texts.all}: {texts.tally(count('pass'), count('fail'), count('skip'))}
        </summary>
        <Ledger checks={checks} explain={explain} foundBy={nothing} now={judgedAt.value} />
      </details>
    </section>
  )
}

/** What a check looked at stands in the form already. */
function nothing(): undefined {
  return undefined
}

/** Whether the server said what it has registered. */
function knowsKey(): boolean {
  const { is } = registration.value
  return is === 'known' || is === 'absent' || is === 'no_app'
}

/** A finding that is worth knowing, and nothing to mend at once. */
function asNote(finding: Finding): Finding {
  return { ...finding, severity: 'info' }
}

/** Mends what this page can mend, and signs again. */
function fixButton({ rule }: Finding): JSX.Element | null {
  const mend = fixOf(rule, profile.value)
  if (mend === undefined) return null
  return (
    <button
      type="button"
      data-fix={rule}
      onClick={() => {
        mend()
        announce(texts.applied)
        // The button goes with the finding.
        document.getElementById('generate')?.focus()
      }}
    >
      {texts.applyFix}
    </button>
  )
}

function ProfileChoice(): JSX.Element {
  return (
    <Select
      id="profile"
      look="inline"
      label={texts.profile}
      value={profile.value}
      options={PROFILES.map((name) => [name, name])}
      onChoose={(name) => (chosenProfile.value = name)}
    />
  )
}

/** What was foretold of what is sent, when that is broken on purpose. */
export async function foretell(): Promise<Foretold | undefined> {
  await judging
  const { fault } = signed.value ?? {}
  return fault === undefined || result.value === undefined
    ? undefined
    : { answer: result.value.answer ?? faultTexts.accepted }
}

/** Whether what was broken on purpose got the answer that was foretold: the two come from one rulebook. */
export function Comparison({
  foretold,
  body,
  status,
}: {
  readonly foretold: Foretold
  readonly body: Readonly<Record<string, unknown>> | undefined
  readonly status: number
}): JSX.Element {
  const { answer } = foretold
  const isSame = (status < 400 ? String(status) : `${status} ${String(body?.['error'])}`) === answer
  return (
    <p class={isSame ? 'hint' : 'alert'} id="foretold" data-same={isSame}>
      <Icon name={isSame ? 'pass' : 'warning'} />
      {isSame ? faultTexts.asForetold : faultTexts.notAsForetold(answer)}
    </p>
  )
}

/** Why a token request was refused: the answer, and what the rulebook finds in what was sent. */
export function Refusal({
  body,
}: {
  readonly body: Readonly<Record<string, unknown>> | undefined
}): JSX.Element {
  const { error, error_description: description, error_uri: uri, report } = body ?? {}
  const reported = reportedChecks(report)
  // That it was sent by now is not why it was refused then, unless the server says nothing else.
  const found = result.value?.causes ?? []
  const causes = found.filter(({ rule }) => rule !== 'replay-replayed' || found.length === 1)
  return (
    <div class="refusal">
      {typeof error === 'string' ? (
        <p>
          <code>{error}</code> {typeof description === 'string' ? description : null}
        </p>
      ) : null}
      {causes.length === 0 ? null : <Findings findings={causes} action={fixButton} />}
      {typeof uri === 'string' && URL.canParse(uri) && isOwnServer(uri) ? (
        <p>
          <a id="meaning" href={wayTo(uri)} target="_blank" rel="noopener">
            {tokenTexts.meaning}
          </a>
        </p>
      ) : null}
      {reported.length === 0 ? null : (
        <details class="more">
          <summary>{tokenTexts.serverSays}</summary>
          <Ledger checks={reported} explain={explain} foundBy={nothing} now={judgedAt.value} />
        </details>
      )}
    </div>
  )
}
