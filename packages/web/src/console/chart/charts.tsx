/**
 * Charts over time and by name, as SVG: text is text, colours are those of the theme, and what differs in colour differs in
 * its pattern too. The table beside each says the same.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX, RefObject } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { visibleText } from '../../parts/visible-text.ts'
import { number, ticks, timeTicks, wholeTicks } from './scale.ts'
import './chart.css'

/** One series. */
export interface Series {
  readonly label: string
  readonly tone: 'good' | 'bad' | 'warn' | 'calm'
  readonly values: readonly (number | null)[]
}

/** What charts over time share. */
export interface TimeChartProps {
  readonly label: string
  readonly series: readonly Series[]
  readonly since: number
  /** Milliseconds. */
  readonly step: number
  /** Names a time on the axis. */
  readonly timeText: (milliseconds: number) => string
}

const HEIGHT = 180
const LEFT = 44
const BOTTOM = 22
const TOP = 8

/** Bars over time; those of several series stand on one another. */
export function Bars(props: TimeChartProps): JSX.Element {
  const { series, since, step } = props
  const count = series[0]?.values.length ?? 0
  const sums = Array.from({ length: count }, (_, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  )
  const named = wholeTicks(Math.max(0, ...sums))
  return (
    <TimeFrame {...props} count={count} named={named}>
      {({ x, y, wide, pattern }) =>
        sums.map((sum, index) => {
          if (sum === 0) return null
          let below = 0
          return (
            <g key={since + index * step}>
              <title>{barTitle(props, index)}</title>
              {series.map(({ label, tone, values }) => {
                const value = values[index] ?? 0
                if (value === 0) return null
                const top = y(below + value)
                const height = y(below) - top
                below += value
                return (
                  <rect
                    key={label}
                    class={`fill-${tone}`}
                    x={x(index)}
                    y={top}
                    width={Math.max(1, wide - (wide > 4 ? 1 : 0))}
                    height={height}
                    fill={tone === 'bad' || tone === 'warn' ? pattern(tone) : undefined}
                  />
                )
              })}
            </g>
          )
        })
      }
    </TimeFrame>
  )
}

const DASHES = ['', '6 3', '2 3']

/** Lines over time. Where there is no value the line is broken. */
export function Lines(props: TimeChartProps): JSX.Element {
  const { series } = props
  const count = series[0]?.values.length ?? 0
  const max = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  return (
    <TimeFrame {...props} count={count} named={ticks(max)}>
      {({ x, y, wide }) =>
        series.map(({ label, tone, values }, place) => (
          <g key={label} class={`line-${tone}`}>
            <path
              d={pathOf(values, (index) => x(index) + wide / 2, y)}
              stroke-dasharray={DASHES[place]}
            />
            {values.map((value, index) =>
              value === null ? null : (
                <circle key={index} cx={x(index) + wide / 2} cy={y(value)} r={1.75}>
                  <title>{barTitle(props, index)}</title>
                </circle>
              ),
            )}
          </g>
        ))
      }
    </TimeFrame>
  )
}

function pathOf(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let isDrawing = false
  return values
    .map((value, index) => {
      if (value === null) {
        isDrawing = false
        return ''
      }
      const command = isDrawing ? 'L' : 'M'
      isDrawing = true
      return `${command}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
}

function barTitle({ series, since, step, timeText }: TimeChartProps, index: number): string {
  const values = series
    .map(({ label, values: all }) => `${label} ${number(all[index] ?? 0)}`)
    .join(', ')
  return `${timeText(since + index * step)}: ${values}`
}

interface Place {
  readonly x: (index: number) => number
  readonly y: (value: number) => number
  readonly wide: number
  readonly pattern: (tone: string) => string
}

function TimeFrame({
  label,
  series,
  since,
  step,
  timeText,
  count,
  named,
  children,
}: TimeChartProps & {
  readonly count: number
  readonly named: readonly number[]
  readonly children: (place: Place) => JSX.Element | (JSX.Element | null)[]
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const id = useId()
  const max = named.at(-1) ?? 1
  const wide = (width - LEFT) / Math.max(1, count)
  const x = (index: number): number => LEFT + index * wide
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / max)
  const pattern = (tone: string): string => `url(#${id}-${tone})`
  // Names of times have room for themselves and a gap.
  const room = timeText(since).length * 6.5 + 24
  const times = timeTicks(since, step, count, Math.max(2, Math.floor((width - LEFT) / room)))
  return (
    <div class="chart" ref={box}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <defs>
          {(['bad', 'warn'] as const).map((tone) => (
            <pattern
              key={tone}
              id={`${id}-${tone}`}
              class={`hatch-${tone}`}
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform={tone === 'bad' ? 'rotate(45)' : 'rotate(-45)'}
            >
              <rect width="5" height="5" class="ground" />
              <rect width="2.5" height="5" />
            </pattern>
          ))}
        </defs>
        {named.map((tick) => (
          <g key={tick} class="axis">
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
              {number(tick)}
            </text>
          </g>
        ))}
        {times.map((index) => (
          <text
            key={index}
            class="axis"
            x={Math.min(Math.max(x(index), LEFT + 16), width - 18)}
            y={HEIGHT - 4}
            text-anchor="middle"
          >
            {timeText(since + index * step)}
          </text>
        ))}
        {children({ x, y, wide, pattern })}
      </svg>
      {series.length < 2 ? null : (
        <ul class="chart-legend">
          {series.map(({ label: name, tone }, place) => (
            <li key={name}>
              <svg width="18" height="10" aria-hidden="true" class={`key-${tone}`}>
                {DASHES[place] !== undefined && series.length > 2 ? (
                  <line x1="0" x2="18" y1="5" y2="5" stroke-dasharray={DASHES[place]} />
                ) : (
                  <rect width="18" height="10" fill={tone === 'bad' ? pattern(tone) : undefined} />
                )}
              </svg>
              {name}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** A thing that is counted, with its parts. */
export interface NamedCount {
  readonly name: string
  readonly detail?: string | undefined
  readonly href?: string | undefined
  readonly good: number
  readonly bad: number
}

/** Bars by name, the largest first. */
export function NamedBars({ counts }: { readonly counts: readonly NamedCount[] }): JSX.Element {
  const max = Math.max(1, ...counts.map(({ good, bad }) => good + bad))
  return (
    <ol class="named-bars">
      {counts.map(({ name, detail, href, good, bad }) => (
        <li key={name + (detail ?? '')}>
          <span class="name">
            {href === undefined ? visibleText(name) : <a href={href}>{visibleText(name)}</a>}
            {detail === undefined ? null : <code class="id">{visibleText(detail)}</code>}
          </span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="8" />
            <rect class="fill-good" width={(good / max) * 100} height="8" />
            <rect
              class="fill-bad is-plain"
              x={(good / max) * 100}
              width={(bad / max) * 100}
              height="8"
            />
          </svg>
          <span class="count">
            {number(good + bad)}
            {good > 0 && bad > 0 ? <small> ({number(bad)} ✖)</small> : null}
          </span>
        </li>
      ))}
    </ol>
  )
}

const NARROWEST = 240

/** How wide a box is. */
function useWidth(box: RefObject<HTMLElement | null>): number {
  const width = useSignal(640)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const measure = (): void => {
      width.value = Math.max(NARROWEST, Math.floor(element.clientWidth))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return width.value
}
