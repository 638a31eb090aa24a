/**
 * A labelled line of text.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'

/** Inputs of keys, tokens and claims: nothing that helps with writing may see or keep them. */
export const PRIVATE_FIELD = {
  autocomplete: 'off',
  autocapitalize: 'off',
  spellcheck: false,
  'data-1p-ignore': true,
  'data-lpignore': 'true',
} as const

/** What a field needs. */
export interface LineProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly onCommit?: () => void
  readonly hint?: ComponentChildren
  readonly isUrl?: boolean
  /** Values to choose from, each with what it is. */
  readonly offers?: readonly (readonly [value: string, text: string])[]
}

/** A line of text with its label, a hint, and values to choose from. */
export function Line(props: LineProps): JSX.Element {
  const { id, label, value, onInput, onCommit, hint, isUrl = false, offers } = props
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="mono"
        type="text"
        inputMode={isUrl ? 'url' : 'text'}
        value={value}
        list={offers === undefined ? undefined : `${id}-offers`}
        onInput={(event) => onInput(event.currentTarget.value)}
        onChange={onCommit}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...PRIVATE_FIELD}
      />
      {offers === undefined ? null : (
        <datalist id={`${id}-offers`}>
          {offers.map(([offer, text]) => (
            <option key={offer} value={offer}>
              {text}
            </option>
          ))}
        </datalist>
      )}
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
