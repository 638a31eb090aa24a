/**
 * A labelled line of text in a form.
 * @module
 */

import type { JSX } from 'preact'
import { Field, type FieldProps } from './field.tsx'

/** A line of text, with its hint and what is wrong with it. */
export function TextField({
  type = 'text',
  autocomplete = 'off',
  maxLength,
  readOnly,
  value,
  onInput,
  ...field
}: Omit<FieldProps, 'children'> & {
  /** Default: `text`. */
  readonly type?: 'text' | 'email' | 'url'
  /** Default: `off`. */
  readonly autocomplete?: string
  readonly maxLength?: number
  readonly readOnly?: boolean
  readonly value: string
  readonly onInput: (value: string) => void
}): JSX.Element {
  return (
    <Field {...field}>
      {(control) => (
        <input
          {...control}
          // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- Preact tells inputs apart by it; those three take the same.
          type={type as 'text'}
          autocomplete={autocomplete}
          maxLength={maxLength}
          readOnly={readOnly}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
