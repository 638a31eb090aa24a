/**
 * The choice of the time that a screen shows; it stands in the address.
 * @module
 */

import type { JSX } from 'preact'
import { navigate, withQuery } from '../route.ts'

/** The ranges there are, by the name that the address has for them. */
export function RangeChoice({
  label,
  ranges,
  value,
  className = '',
}: {
  readonly label: string
  readonly ranges: Readonly<Record<string, string>>
  readonly value: string
  readonly className?: string
}): JSX.Element {
  return (
    <label class={`inline ${className}`.trim()}>
      {label}
      <select
        id="range"
        value={value}
        onChange={(event) =>
          void navigate(withQuery({ range: event.currentTarget.value }), 'replace')
        }
      >
        {Object.entries(ranges).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
