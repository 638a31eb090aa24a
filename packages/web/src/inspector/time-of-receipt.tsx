/**
 * When the JWT is received: now, or any other moment. Everything that depends on time follows.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { Choice } from '../parts/choice.tsx'
import { Fold } from '../parts/fold.tsx'
import { distance, parseInstant, utc } from '../parts/time.ts'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { fullTime } from '../parts/zone.tsx'
import { rulesOf } from './inspection.ts'
import { resultStrings } from './result-strings.ts'
import { inspection, type Instant, instant, judgeAt, kind, profile, receipt } from './state.ts'

const { time: texts } = resultStrings
const LONGEST_SHOWN_SECONDS = 2 * 86_400

/** The control. */
export function TimeOfReceipt(): JSX.Element {
  const { seconds, is } = instant.value
  const claims = inspection.value?.parsed.claims
  const isWrong = useSignal(false)
  const onChange = (event: TargetedEvent<HTMLInputElement>): void => {
    const moment = parseInstant(event.currentTarget.value)
    isWrong.value = moment === undefined
    if (moment !== undefined) judgeAt('chosen', moment)
  }
  const choose = (name: Instant['is'], at: unknown): void => {
    isWrong.value = false
    judgeAt(name, isDate(at) ? at : undefined)
    if (name === 'chosen') document.getElementById('received')?.focus()
  }
  const offered = [
    ['now', undefined],
    ['received', receipt.value?.seconds],
    ['issued', claims?.['iat']],
    ['chosen', seconds],
  ] as const
  return (
    <Fold id="time" title={texts.title}>
      <fieldset>
        <legend class="visually-hidden">{texts.judged}</legend>
        <div class="choices">
          {offered.map(([name, at]) =>
            name === 'now' || isDate(at) ? (
              <Choice
                key={name}
                name="instant"
                value={name}
                isChosen={is === name}
                onChoose={() => choose(name, at)}
              >
                {texts.instants[name]}
              </Choice>
            ) : null,
          )}
        </div>
      </fieldset>
      <div class="field">
        <label for="received">{texts.label}</label>
        <input
          id="received"
          class="mono"
          type="text"
          value={(utc(seconds) ?? '').slice(0, 19)}
          onChange={onChange}
          aria-invalid={isWrong.value}
          aria-describedby={isWrong.value ? 'received-hint' : undefined}
          {...PRIVATE_FIELD}
        />
      </div>
      {isWrong.value ? (
        <p class="hint is-wrong" id="received-hint" role="alert">
          {texts.wrong}
        </p>
      ) : null}
      {is === 'now' ? null : (
        <p class="note" id="time-moved">
          {is === 'received' ? `${texts.saidBy[receipt.value?.from ?? 'page']} ` : null}
          {texts.away(distance(seconds - Date.now() / 1000))}
        </p>
      )}
      <Timeline
        now={seconds}
        from={latestOf(claims?.['nbf'], claims?.['iat'])}
        until={claims?.['exp']}
        tolerance={kind.value === 'assertion' ? rulesOf(profile.value).clockToleranceSeconds : 0}
      />
    </Fold>
  )
}

function isDate(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && utc(seconds) !== undefined
}

interface TimelineProps {
  readonly now: number
  readonly from: number | undefined
  readonly until: unknown
  /** Seconds by which it may come too early. */
  readonly tolerance: number
}

/** The time in which it is valid, with a thumb that moves the time of receipt over it. */
function Timeline({ now, from, until, tolerance }: TimelineProps): JSX.Element | null {
  if (!isDate(until)) return null
  const start = from ?? until - 3600
  const length = until - start
  if (!(length > 0 && length <= LONGEST_SHOWN_SECONDS)) return null
  const margin = Math.max(30, Math.round(length / 3))
  const low = Math.floor(start) - margin
  const high = Math.ceil(until) + margin
  const percent = (value: number): string => `${((value - low) / (high - low)) * 100}%`
  return (
    <div class="timeline">
      <svg class="timeline-track" aria-hidden="true" focusable="false">
        <rect class="outside" width="100%" height="100%" rx="3" />
        {from === undefined ? null : (
          <rect
            class="tolerated"
            x={percent(start - tolerance)}
            width={`${(tolerance / (high - low)) * 100}%`}
            height="100%"
          />
        )}
        <rect
          class="inside"
          x={percent(start)}
          width={`${(length / (high - low)) * 100}%`}
          height="100%"
        />
      </svg>
      <input
        type="range"
        aria-label={texts.slider}
        aria-valuetext={fullTime(now * 1000)}
        min={low}
        max={high}
        step={1}
        value={Math.min(high, Math.max(low, now))}
        onInput={(event) => judgeAt('chosen', Number(event.currentTarget.value))}
      />
      <dl class="timeline-ends">
        <div>
          <dt>{texts.from}</dt>
          <dd>{from === undefined ? '–' : `${clockTime(from)}, ${distance(from - now)}`}</dd>
          {from === undefined || tolerance === 0 ? null : (
            <dd class="muted">{`(${texts.tolerance(tolerance)})`}</dd>
          )}
        </div>
        <div>
          <dt>{texts.until}</dt>
          <dd>{`${clockTime(until)}, ${distance(until - now)}`}</dd>
        </div>
      </dl>
    </div>
  )
}

function clockTime(seconds: number): string {
  return fullTime(seconds * 1000).slice(11, 19)
}

function latestOf(...values: readonly unknown[]): number | undefined {
  const dates = values.filter((value) => typeof value === 'number')
  return dates.length === 0 ? undefined : Math.max(...dates)
}
