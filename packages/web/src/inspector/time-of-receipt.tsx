/**
 * When the JWT is received: now, or any other moment. Everything that depends on time follows.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX, TargetedEvent } from 'preact'
import { Fold } from '../parts/fold.tsx'
import { distance, parseInstant, utc } from '../parts/time.ts'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { inspection, kind, outcome, profile, receiveAt, receivedAt, receiveNow } from './state.ts'
import { inspectorStrings } from './strings.ts'

const LONGEST_SHOWN_SECONDS = 2 * 86_400

/** The control. */
export function TimeOfReceipt(): JSX.Element {
  const { time } = inspectorStrings
  const { seconds, isMoved } = receivedAt.value
  const claims = inspection.value?.parsed.claims
  const issued = claims?.['iat']
  const isWrong = useSignal(false)
  const onChange = (event: TargetedEvent<HTMLInputElement>): void => {
    const instant = parseInstant(event.currentTarget.value)
    isWrong.value = instant === undefined
    if (instant !== undefined) receiveAt(instant)
  }
  const onNow = (): void => {
    isWrong.value = false
    receiveNow()
  }
  return (
    <Fold id="time" title={time.title}>
      <div class="field">
        <label for="received">{time.label}</label>
        <div class="with-buttons">
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
          <button type="button" onClick={onNow}>
            {time.now}
          </button>
          {typeof issued === 'number' && utc(issued) !== undefined ? (
            <button type="button" onClick={() => receiveAt(issued)}>
              {time.issued}
            </button>
          ) : null}
        </div>
      </div>
      {isWrong.value ? (
        <p class="hint is-wrong" id="received-hint" role="alert">
          {time.wrong}
        </p>
      ) : null}
      {isMoved ? (
        <p class="note" id="time-moved">
          {time.pinned(distance(Date.now() / 1000 - seconds))}
        </p>
      ) : null}
      <Timeline
        now={seconds}
        from={latestOf(claims?.['nbf'], claims?.['iat'])}
        until={claims?.['exp']}
        tolerance={
          kind.value === 'assertion' ? (outcome.value?.toleranceOf(profile.value) ?? 0) : 0
        }
      />
    </Fold>
  )
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
  const { time } = inspectorStrings
  if (typeof until !== 'number' || utc(until) === undefined) return null
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
        aria-label={time.slider}
        aria-valuetext={utc(now)}
        min={low}
        max={high}
        step={1}
        value={Math.min(high, Math.max(low, now))}
        onInput={(event) => receiveAt(Number(event.currentTarget.value))}
      />
      <dl class="timeline-ends">
        <div>
          <dt>{time.from}</dt>
          <dd>{from === undefined ? '–' : `${clockTime(from)}, ${distance(from - now)}`}</dd>
          {from === undefined || tolerance === 0 ? null : (
            <dd class="muted">{`(${time.tolerance(tolerance)})`}</dd>
          )}
        </div>
        <div>
          <dt>{time.until}</dt>
          <dd>{`${clockTime(until)}, ${distance(until - now)}`}</dd>
        </div>
      </dl>
    </div>
  )
}

function clockTime(seconds: number): string {
  return (utc(seconds) ?? '').slice(11, 19)
}

function latestOf(...values: readonly unknown[]): number | undefined {
  const dates = values.filter((value) => typeof value === 'number')
  return dates.length === 0 ? undefined : Math.max(...dates)
}
