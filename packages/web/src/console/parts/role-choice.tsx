/**
 * The choice of a role that is to be assigned.
 * @module
 */

import type { JSX } from 'preact'
import { consoleStrings } from '../strings.ts'
import type { Role } from '../wire.ts'
import { Field } from './field.tsx'

/** The roles that can be had, and the button that assigns the chosen one. */
export function RoleChoice({
  label,
  offered,
  value,
  onChoose,
  assign,
  onAssign,
}: {
  readonly label: string
  readonly offered: readonly Role[]
  readonly value: Role
  readonly onChoose: (role: Role) => void
  /** What the button says. */
  readonly assign: string
  readonly onAssign: () => void
}): JSX.Element {
  return (
    <div class="filters assign">
      <Field id="role" label={label}>
        {(control) => (
          <select
            {...control}
            value={value}
            onChange={(event) => onChoose(event.currentTarget.value as Role)}
          >
            {offered.map((each) => (
              <option key={each} value={each}>
                {consoleStrings.roles[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="button" id="assign" onClick={onAssign}>
        {assign}
      </button>
    </div>
  )
}
