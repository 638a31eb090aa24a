/**
 * How the status of a person looks.
 * @module
 */

import type { Tone } from '../../parts/status-mark.tsx'
import type { PersonStatus } from '../../wire.ts'

/** How a status looks. */
export const PERSON_TONES: Readonly<Record<PersonStatus, Tone>> = {
  STAGED: 'calm',
  PROVISIONED: 'warn',
  ACTIVE: 'good',
  DEPROVISIONED: 'calm',
}
