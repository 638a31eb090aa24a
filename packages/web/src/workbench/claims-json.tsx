/**
 * The claims as JSON, with what is wrong in it and where.
 * @module
 */

import type { JSX } from 'preact'
import { JSON_FAULT_TEXTS } from '../json-strings.ts'
import { findJsonFaults, placeOf } from '../parts/json-places.ts'
import { PRIVATE_FIELD } from '../parts/text-field.tsx'
import { claimsText, reading } from './claims.ts'
import { stepStrings } from './step-strings.ts'

const { claims: texts } = stepStrings

/** The text. */
export function ClaimsJson(): JSX.Element {
  const read = reading.value
  const text = claimsText.value
  const faults = findJsonFaults(text)
  const format = (): void => {
    if (read.ok) claimsText.value = JSON.stringify(read.claims, null, 2)
  }
  const lead = (position: number): void => {
    const box = document.getElementById('claims-json') as HTMLTextAreaElement
    box.focus()
    box.setSelectionRange(position, position + 1)
  }
  return (
    <div class="field">
      <label for="claims-json" class="visually-hidden">
        {texts.json}
      </label>
      <div class="numbered">
        <pre class="mono hint" aria-hidden="true">
          {text
            .split('\n')
            .map((_, index) => index + 1)
            .join('\n')}
        </pre>
        <textarea
          id="claims-json"
          class="mono"
          rows={Math.max(6, text.split('\n').length)}
          value={text}
          onInput={(event) => (claimsText.value = event.currentTarget.value)}
          aria-invalid={!read.ok}
          aria-describedby="claims-fault"
          {...PRIVATE_FIELD}
        />
      </div>
      <div id="claims-fault">
        {read.ok ? null : <p class="hint is-wrong">{texts.noJson}</p>}
        <ul class="places">
          {faults.map(({ kind, about, position }) => {
            const { line, column } = placeOf(text, position)
            return (
              <li key={`${kind} ${position}`}>
                <button type="button" class="link" onClick={() => lead(position)}>
                  {texts.place(line, column, JSON_FAULT_TEXTS[kind](about))}
                </button>
              </li>
            )
          })}
        </ul>
      </div>
      <button type="button" onClick={format}>
        {texts.format}
      </button>
    </div>
  )
}
