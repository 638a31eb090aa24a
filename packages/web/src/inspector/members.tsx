/**
 * The members of a header or a Claims Set, each with what it means.
 * @module
 */

import type { HTMLAttributes, JSX } from 'preact'
import { memberReference } from '@keygrant/core/inspection'
import { ReferenceLink } from '../parts/reference.tsx'
import { visibleJson, visibleText } from '../parts/visible-text.ts'
import { numericDate } from '../parts/zone.tsx'
import { markedMember, type MemberOf, pointedMember } from './marking.ts'
import { resultStrings } from './result-strings.ts'

const NUMERIC_DATES = new Set(['exp', 'nbf', 'iat', 'auth_time'])

/** What the table needs. */
export interface MembersProps {
  readonly caption: string
  readonly members: Readonly<Record<string, unknown>>
  readonly now: number
  /** The checks that fail over a member, by its name. */
  readonly failing: ReadonlyMap<string, readonly string[]>
  /** The part that it is, when its bytes are shown as well. */
  readonly part?: 'header' | 'claims'
  /** What members mean here, where it is something else than in a signed JWT. */
  readonly meanings?: Readonly<Record<string, string>>
}

/** A table with a row for each member. */
export function Members({
  caption,
  members,
  now,
  failing,
  part,
  meanings = {},
}: MembersProps): JSX.Element {
  const rows = Object.entries(members)
  const pointAt = (member: MemberOf | undefined) => (): void => {
    pointedMember.value = member
  }
  const handlersOf = (member: MemberOf): HTMLAttributes<HTMLTableRowElement> => ({
    onMouseEnter: pointAt(member),
    onMouseLeave: pointAt(undefined),
    onFocusIn: pointAt(member),
    onFocusOut: pointAt(undefined),
    class: markedMember.value === member ? 'is-marked' : '',
  })
  if (rows.length === 0) return <p class="muted">{resultStrings.noMembers}</p>
  return (
    <table class="members">
      <caption class="visually-hidden">{caption}</caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr
            key={name}
            data-member={name}
            {...(part === undefined ? undefined : handlersOf(`${part} ${name}`))}
          >
            <th scope="row">
              <code>{visibleText(name)}</code>
            </th>
            <td>
              <span class="value">{visibleJson(value)}</span>
              <span class="meaning">{meanings[name] ?? meaning(name, value, now)}</span>
              {(failing.get(name) ?? []).map((check) => (
                <a key={check} class="fails" href={`#check-${check}`}>
                  {resultStrings.failsCheck(check)}
                </a>
              ))}
            </td>
            <td class="where">
              <MemberReference name={name} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function MemberReference({ name }: { readonly name: string }): JSX.Element | null {
  const reference = memberReference(name)
  return reference === undefined ? null : <ReferenceLink reference={reference} isShort />
}

function meaning(name: string, value: unknown, now: number): string {
  const { members, time } = resultStrings
  const word = Object.hasOwn(members, name) ? (members[name] ?? '') : ''
  if (!NUMERIC_DATES.has(name)) return word
  const date = numericDate(value, now)
  return date === undefined ? time.noDate(word) : `${word} ${date}`
}
