/**
 * What a person wants masked in a report before it is copied.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Choice } from './choice.tsx'
import { type Mask, MASKS, USUAL_MASKS } from './masks.ts'
import { maskStrings } from './mask-strings.ts'

/** What is masked: what a person chose stays so for the next report. */
export const masks: Signal<ReadonlySet<Mask>> = signal(USUAL_MASKS)

/** The choice. */
export function MaskChoice(): JSX.Element {
  const toggle = (mask: Mask): void => {
    const next = new Set(masks.value)
    if (!next.delete(mask)) next.add(mask)
    masks.value = next
  }
  return (
    <fieldset>
      <legend>{maskStrings.title}</legend>
      <div class="choices">
        {MASKS.map((mask) => (
          <Choice
            key={mask}
            id={`mask-${mask}`}
            isChosen={masks.value.has(mask)}
            onChoose={() => toggle(mask)}
          >
            {maskStrings.masks[mask]}
          </Choice>
        ))}
      </div>
    </fieldset>
  )
}
