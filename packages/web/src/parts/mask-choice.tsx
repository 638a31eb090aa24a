/**
 * What a person wants masked in a report before it is copied.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Choices } from './choice.tsx'
import { type Mask, USUAL_MASKS } from './masks.ts'
import { maskStrings } from './mask-strings.ts'

/** What is masked: what a person chose stays so for the next report. */
export const masks: Signal<ReadonlySet<Mask>> = signal(USUAL_MASKS)

/** The choice. */
export function MaskChoice(): JSX.Element {
  return (
    <fieldset>
      <legend>{maskStrings.title}</legend>
      <Choices prefix="mask" texts={maskStrings.masks} chosen={masks} />
    </fieldset>
  )
}
