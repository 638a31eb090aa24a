/**
 * The byte view: the token as it is, and the octets of its parts, with one member marked in both.
 * @module
 */

import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { JSON_FAULT_TEXTS } from '../json-strings.ts'
import { visibleText } from '../parts/visible-text.ts'
import { hexLines, readPart, type TokenPart } from './bytes.ts'
import { resultStrings } from './result-strings.ts'

const { bytes: texts } = resultStrings
const PARTS = ['header', 'claims'] as const

/** The card; closed at first. */
export function Bytes({
  jwt,
  parts: names = PARTS,
}: {
  readonly jwt: string
  /** Those that can be read, from the first on. */
  readonly parts?: readonly (typeof PARTS)[number][]
}): JSX.Element {
  const chosen = useSignal('')
  const segments = jwt.split('.')
  const parts = useMemo(() => names.map((_name, index) => readPart(segments[index] ?? '')), [jwt])
  const [part = '', ...rest] = chosen.value.split(' ')
  const marked = rest.join(' ')
  const rangeOf = (index: number, of: 'octets' | 'letters'): readonly [number, number] => {
    const member = parts[index]?.members.find(({ name }) => name === marked)
    return PARTS[index] === part && member !== undefined ? member[of] : [0, 0]
  }
  return (
    <details class="card fold" id="bytes">
      <summary>
        <h2>{texts.title}</h2>
      </summary>
      <div class="bytes">
        <label class="inline">
          {texts.mark}
          <select
            id="mark"
            value={chosen.value}
            onChange={(event) => (chosen.value = event.currentTarget.value)}
          >
            <option value="">{texts.nothing}</option>
            {parts.map((each, index) => (
              <optgroup key={index} label={texts.parts[PARTS[index] ?? 'header']}>
                {each.members.map(({ name }, at) => (
                  <option key={`${name} ${at}`} value={`${PARTS[index] ?? ''} ${name}`}>
                    {visibleText(name)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
        <p class="segments mono" id="raw" role="group" aria-label={texts.token} tabIndex={0}>
          {segments.map((segment, index) => (
            <>
              {index === 0 ? null : '.'}
              <Marked text={segment} range={rangeOf(index, 'letters')} />
            </>
          ))}
        </p>
        {parts.map((each, index) => (
          <PartView
            key={index}
            name={PARTS[index] ?? 'header'}
            part={each}
            range={rangeOf(index, 'octets')}
          />
        ))}
      </div>
    </details>
  )
}

function Marked({
  text,
  range: [start, end],
}: {
  readonly text: string
  readonly range: readonly [number, number]
}): JSX.Element {
  return (
    <>
      {text.slice(0, start)}
      {end > start ? <mark>{text.slice(start, end)}</mark> : null}
      {text.slice(end > start ? end : start)}
    </>
  )
}

function PartView({
  name,
  part: { octets, faults },
  range: [start, end],
}: {
  readonly name: (typeof PARTS)[number]
  readonly part: TokenPart
  readonly range: readonly [number, number]
}): JSX.Element {
  return (
    <div>
      <h3>
        {texts.parts[name]} <small>{texts.octets(octets.length)}</small>
      </h3>
      {faults.length === 0 ? null : (
        <ul class="byte-faults">
          {faults.map(({ kind, about, octet }) => (
            <li key={`${kind} ${octet}`} data-byte-fault={kind}>
              {texts.at(octet, visibleText(JSON_FAULT_TEXTS[kind](about)))}
            </li>
          ))}
        </ul>
      )}
      <pre class="hex" tabIndex={0} aria-label={texts.parts[name]}>
        {hexLines(octets).map(({ offset, cells }, line) => {
          const isMarked = (at: number): boolean => line * 8 + at >= start && line * 8 + at < end
          return (
            <div key={offset}>
              <span class="muted">{offset}</span>{' '}
              {cells.map(({ hex }, at) => (
                <>
                  {isMarked(at) ? <mark>{hex}</mark> : hex}
                  {at % 2 === 1 ? ' ' : ''}
                </>
              ))}
              {' '.repeat(Math.floor(((8 - cells.length) * 5) / 2))}
              {cells.map(({ letter }, at) => (isMarked(at) ? <mark>{letter}</mark> : letter))}
            </div>
          )
        })}
      </pre>
    </div>
  )
}
