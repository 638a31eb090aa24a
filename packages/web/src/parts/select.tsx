/**
 * A choice out of a list.
 * @module
 */

import type { JSX } from 'preact'

/** What a choice needs. */
export interface SelectProps<Name extends string> {
  readonly id: string
  readonly label: string
  /** What is chosen; left out, the page does not follow it. */
  readonly value?: NoInfer<Name>
  /** Each value, and what it is called. */
  readonly options: readonly (readonly [value: Name, text: string])[]
  readonly onChoose: (value: Name) => void
  /** `field`: the label is above it. `inline`: before it. `bare`: what is around it says enough to who sees it. */
  readonly look?: 'field' | 'inline' | 'bare'
  /** What says more about it. */
  readonly describedBy?: string | undefined
}

/** The native element, with its label. */
export function Select<Name extends string>({
  id,
  label,
  value,
  options,
  onChoose,
  look = 'field',
  describedBy,
}: SelectProps<Name>): JSX.Element {
  return (
    <div class={look}>
      <label for={id} class={look === 'bare' ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        aria-describedby={describedBy}
        onChange={(event) => onChoose(event.currentTarget.value as Name)}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

/** The options of a catalogue, in its order. */
export function optionsOf<Name extends string>(
  texts: Readonly<Record<Name, string>>,
): readonly (readonly [Name, string])[] {
  return Object.entries(texts) as unknown as readonly (readonly [Name, string])[]
}
