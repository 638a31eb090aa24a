/**
 * The lives of the keys side by side, with how much each was used hour by hour.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { visibleText } from '../../../parts/visible-text.ts'
import { serverNow } from '../../api.ts'
import { number } from '../../chart/scale.ts'
import { fullTime } from '../../parts/instant.tsx'
import { isGood, type KeyState, stateOf, type UsedKey } from './keys.ts'
import { keyStrings } from './strings.ts'

const { timeline: texts, states } = keyStrings

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MAX_MS = 30 * DAY_MS
const LANE = 58
const BAR = 22
const TOP = 4
const AXIS = 24
const MAX_LANES = 12

/** The figure, with its table. */
export function Timeline({ keys }: { readonly keys: readonly UsedKey[] }): JSX.Element {
  const now = serverNow()
  const since = Math.max(
    now - MAX_MS,
    Math.min(now - HOUR_MS * 6, ...keys.map(({ created }) => Date.parse(created))),
  )
  const days = Math.max(1, Math.ceil((now - since) / DAY_MS))
  const total = keys
    .flatMap(({ uses }) => uses)
    .filter(({ hour }) => Date.parse(hour) >= since - HOUR_MS)
    .reduce((sum, { count }) => sum + count, 0)
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{texts.title}</h2>
      <figure class="timeline">
        <figcaption class="muted">
          {total === 0 ? texts.none : texts.caption(number(total), days)}
        </figcaption>
        <Lanes keys={keys.slice(0, MAX_LANES)} since={since} now={now} />
      </figure>
      <details class="more">
        <summary>{texts.table}</summary>
        <UseTable keys={keys} />
      </details>
    </section>
  )
}

function Lanes({
  keys,
  since,
  now,
}: {
  readonly keys: readonly UsedKey[]
  readonly since: number
  readonly now: number
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const width = useSignal(640)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => {
      width.value = Math.max(220, Math.floor(element.clientWidth))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  // A part of the future, so that what ends soon can be seen.
  const until = now + (now - since) * 0.15
  const x = (at: number): number =>
    ((Math.min(Math.max(at, since), until) - since) / (until - since)) * width.value
  const max = Math.max(1, ...keys.flatMap(({ uses }) => uses.map(({ count }) => count)))
  const height = TOP + keys.length * LANE + AXIS
  return (
    <div ref={box}>
      <svg
        class="lanes"
        width={width.value}
        height={height}
        role="img"
        aria-label={texts.label(keys.map(({ kid }) => visibleText(kid)).join(', '))}
      >
        {keys.map((key, lane) => {
          const y = TOP + lane * LANE
          const [from, to] = lifeOf(key, until)
          const state = stateOf(key)
          const ends =
            key.expires_at === null ? '' : ` · ${texts.ends(fullTime(Date.parse(key.expires_at)))}`
          return (
            <g key={key.id} class={`lane is-${state}`}>
              <text x={0} y={y + 14}>
                {`${shortened(key.kid)} · ${states[state]}${width.value > 420 ? ends : ''}`}
              </text>
              <rect class="track" x={0} y={y + 22} width={width.value} height={BAR} />
              <rect
                class="life"
                x={x(from)}
                y={y + 22}
                width={Math.max(2, x(to) - x(from))}
                height={BAR}
              />
              {key.uses.map(({ hour: at, count }) => {
                const time = Date.parse(at)
                if (time < since - HOUR_MS) return null
                const tall = Math.max(2, Math.sqrt(count / max) * (BAR - 2))
                // Of the first hour and the current one, the part in which it could be used.
                const start = x(Math.max(time, from))
                const end = x(Math.min(time + HOUR_MS, now))
                return (
                  <rect
                    key={at}
                    class="use"
                    x={start}
                    y={y + 22 + BAR - tall}
                    width={Math.max(2, end - start)}
                    height={tall}
                  >
                    <title>{`${fullTime(time)}: ${number(count)}`}</title>
                  </rect>
                )
              })}
            </g>
          )
        })}
        <g class="now">
          <line x1={x(now)} x2={x(now)} y1={TOP + 18} y2={height - AXIS + 4} />
          <text x={x(now)} y={height - 6} text-anchor="middle">
            {texts.now}
          </text>
        </g>
        <text class="axis-text" x={0} y={height - 6}>
          {fullTime(since).slice(0, 16)}
        </text>
      </svg>
    </div>
  )
}

/** From when to when a key was or is taken. */
function lifeOf(key: UsedKey, until: number): readonly [number, number] {
  const from = Date.parse(key.created)
  if (isGood(key)) return [from, key.expires_at === null ? until : Date.parse(key.expires_at)]
  const end: Readonly<Record<KeyState, string>> = {
    retired: key.lastUpdated,
    revoked: key.lastUpdated,
    expired: key.expires_at ?? key.lastUpdated,
    published: key.lastUpdated,
    active: key.lastUpdated,
    retiring: key.lastUpdated,
  }
  return [from, Date.parse(end[stateOf(key)])]
}

function shortened(kid: string): string {
  const text = visibleText(kid)
  return text.length > 28 ? `${text.slice(0, 12)}…${text.slice(-6)}` : text
}

function UseTable({ keys }: { readonly keys: readonly UsedKey[] }): JSX.Element {
  const byDay = new Map<string, Map<string, number>>()
  for (const { id, uses } of keys) {
    for (const { hour, count } of uses) {
      const day = hour.slice(0, 10)
      const counts = byDay.get(day) ?? new Map<string, number>()
      counts.set(id, (counts.get(id) ?? 0) + count)
      byDay.set(day, counts)
    }
  }
  const days = [...byDay.keys()].toSorted().toReversed()
  if (days.length === 0) return <p class="hint">{texts.none}</p>
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={texts.title}>
      <table class="data" id="use-table">
        <caption class="visually-hidden">{texts.title}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.day}</th>
            {keys.map(({ id, kid }) => (
              <th key={id} scope="col">
                {shortened(kid)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {keys.map(({ id }) => (
                <td key={id} class="number">
                  {number(byDay.get(day)?.get(id) ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
