/**
 * A labelled field of a form, with its hint and what is wrong with it.
 * @module
 */

import type { ComponentChildren, JSX } from 'preact'

/** What a field gives its control: spread over an input, a select or a textarea. */
export interface ControlProps {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

/** What a field is given. */
export interface FieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: ComponentChildren
  /** What is wrong with what is in it, and how to put it right. */
  readonly problem?: string | undefined
  readonly children: (control: ControlProps) => ComponentChildren
}

/** A field. */
export function Field({ id, label, hint, problem, children }: FieldProps): JSX.Element {
  const described = [
    hint === undefined ? undefined : `${id}-hint`,
    problem === undefined ? undefined : `${id}-problem`,
  ].filter((each) => each !== undefined)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': problem === undefined ? undefined : true,
      })}
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problem === undefined ? null : (
        <p class="hint is-wrong" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  )
}
