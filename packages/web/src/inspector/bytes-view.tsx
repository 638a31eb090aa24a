/**
 * The byte view: the token as it is, and the octets of its parts, with one member marked in both: the one that is
 * chosen, or pointed at here or in the table.
 * @module
 */

import type { JSX, TargetedMouseEvent } from 'preact'
import { useMemo } from 'preact/hooks'
import { JSON_FAULT_TEXTS } from '../json-strings.ts'
import { visibleText } from '../parts/visible-text.ts'
import { hexLines, readPart, type TokenPart } from './bytes.ts'
import { chosenMember, markedMember, type MemberOf, pointedMember } from './marking.ts'
import { resultStrings } from './result-strings.ts'

const { bytes: texts } = resultStrings
const PARTS = ['header', 'claims'] as const

/** From the first to before the last, in order. */
type Range = readonly [start: number, end: number]

/** The card; closed at first. */
export function Bytes({
  jwt,
  parts: names = PARTS,
}: {
  readonly jwt: string
  /** Those that can be read, from the first on. */
  readonly parts?: readonly (typeof PARTS)[number][]
}): JSX.Element {
  const segments = jwt.split('.')
  const parts = useMemo(() => names.map((_name, index) => readPart(segments[index] ?? '')), [jwt])
  const marked = markedMember.value
  const rangesOf = (index: number, of: 'octets' | 'letters'): readonly Range[] =>
    (parts[index]?.members ?? [])
      .filter(({ name }) => memberOf(PARTS[index] ?? 'header', name) === marked)
      .map((member) => member[of])
  // Of a signed JWT, each part looks as its segment does, as in the workbench.
  const lookOf = (index: number): string | undefined =>
    names === PARTS ? `segment is-${PARTS[index] ?? 'signature'}` : undefined
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
            value={marked}
            onChange={(event) => (chosenMember.value = event.currentTarget.value as MemberOf | '')}
          >
            <option value="">{texts.nothing}</option>
            {parts.map((each, index) => (
              <optgroup key={index} label={texts.parts[PARTS[index] ?? 'header']}>
                {each.members.map(({ name }, at) => (
                  <option key={`${name} ${at}`} value={memberOf(PARTS[index] ?? 'header', name)}>
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
              <span class={lookOf(index)}>
                <Marked text={segment} ranges={rangesOf(index, 'letters')} />
              </span>
            </>
          ))}
        </p>
        {parts.map((each, index) => (
          <PartView
            key={index}
            name={PARTS[index] ?? 'header'}
            look={lookOf(index)}
            part={each}
            ranges={rangesOf(index, 'octets')}
          />
        ))}
      </div>
    </details>
  )
}

function memberOf(part: (typeof PARTS)[number], name: string): MemberOf {
  return `${part} ${name}`
}

function Marked({
  text,
  ranges,
}: {
  readonly text: string
  readonly ranges: readonly Range[]
}): JSX.Element {
  return (
    <>
      {ranges.map(([start, end], index) => (
        <>
          {text.slice(ranges[index - 1]?.[1] ?? 0, start)}
          <mark>{text.slice(Math.max(start, ranges[index - 1]?.[1] ?? 0), end)}</mark>
        </>
      ))}
      {text.slice(ranges.at(-1)?.[1] ?? 0)}
    </>
  )
}

function PartView({
  name,
  look,
  part: { octets, members, faults },
  ranges,
}: {
  readonly name: (typeof PARTS)[number]
  readonly look: string | undefined
  readonly part: TokenPart
  readonly ranges: readonly Range[]
}): JSX.Element {
  const memberAt = (at: number): number =>
    members.findIndex(({ octets: [start, end] }) => at >= start && at < end)
  const isMarked = (at: number): boolean => ranges.some(([start, end]) => at >= start && at < end)
  const pointed = ({ target }: TargetedMouseEvent<HTMLElement>): MemberOf | undefined => {
    const at = target instanceof Element ? target.closest<HTMLElement>('[data-of]') : null
    const member = members[Number(at?.dataset['of'] ?? -1)]
    return member && memberOf(name, member.name)
  }
  return (
    <div>
      <h3>
        <span class={look}>{texts.parts[name]}</span> <small>{texts.octets(octets.length)}</small>
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
      <pre
        class="hex"
        tabIndex={0}
        aria-label={texts.parts[name]}
        onMouseOver={(event) => (pointedMember.value = pointed(event))}
        onMouseLeave={() => (pointedMember.value = undefined)}
        onClick={(event) => (chosenMember.value = pointed(event) ?? '')}
      >
        {hexLines(octets).map(({ offset, cells }, line) => {
          const runs = runsOf(cells.length, (at) => memberAt(line * 8 + at))
          return (
            <div key={offset}>
              <span class="muted">{offset}</span>{' '}
              {runs.map(([start, end, of]) => (
                <span data-of={of}>
                  {cells.slice(start, end).map(({ hex }, at) => (
                    <>
                      {isMarked(line * 8 + start + at) ? <mark>{hex}</mark> : hex}
                      {(start + at) % 2 === 1 ? ' ' : ''}
                    </>
                  ))}
                </span>
              ))}
              {' '.repeat(Math.floor(((8 - cells.length) * 5) / 2))}
              {runs.map(([start, end, of]) => (
                <span data-of={of}>
                  {cells
                    .slice(start, end)
                    .map(({ letter }, at) =>
                      isMarked(line * 8 + start + at) ? <mark>{letter}</mark> : letter,
                    )}
                </span>
              ))}
            </div>
          )
        })}
      </pre>
    </div>
  )
}

/** The cells of a line that belong together: from, to before, and to what. */
function runsOf(
  length: number,
  ownerOf: (at: number) => number,
): readonly (readonly [start: number, end: number, owner: number])[] {
  const runs: [number, number, number][] = []
  for (let at = 0; at < length; at++) {
    const owner = ownerOf(at)
    const last = runs.at(-1)
    if (last?.[2] === owner) last[1] = at + 1
    else runs.push([at, at + 1, owner])
  }
  return runs
}
