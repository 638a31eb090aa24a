/**
 * Something to be ticked, or one of several of which one is.
 * @module
 */

import type { Signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'

/** What it needs. */
export interface ChoiceProps {
  readonly id?: string
  /** Of one of several: what the others are called too; and which it is. Left out, it stands alone. */
  readonly name?: string
  readonly value?: string
  readonly isChosen: boolean
  readonly onChoose: () => void
  readonly describedBy?: string
  /** What it says. */
  readonly children: ComponentChildren
}

/** The native element in its label. */
export function Choice({
  id,
  name,
  value,
  isChosen,
  onChoose,
  describedBy,
  children,
}: ChoiceProps): JSX.Element {
  return (
    <label class="choice">
      <input
        id={id}
        type={name === undefined ? 'checkbox' : 'radio'}
        name={name}
        value={value}
        checked={isChosen}
        aria-describedby={describedBy}
        // Pressed again, it may mean something else by now.
        onClick={onChoose}
      />
      <span>{children}</span>
    </label>
  )
}

/** Several of one kind, each to be ticked by itself. */
export function Choices<Name extends string>({
  prefix,
  texts,
  chosen,
}: {
  /** What each `id` begins with. */
  readonly prefix: string
  /** Each name, and what it is called. */
  readonly texts: Readonly<Record<Name, string>>
  /** Those that are ticked. */
  readonly chosen: Signal<ReadonlySet<Name>>
}): JSX.Element {
  const toggle = (name: Name): void => {
    const next = new Set(chosen.value)
    if (!next.delete(name)) next.add(name)
    chosen.value = next
  }
  return (
    <div class="choices">
      {(Object.keys(texts) as Name[]).map((name) => (
        <Choice
          key={name}
          id={`${prefix}-${name}`}
          isChosen={chosen.value.has(name)}
          onChoose={() => toggle(name)}
        >
          {texts[name]}
        </Choice>
      ))}
    </div>
  )
}
