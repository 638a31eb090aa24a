/**
 * Flags that several commands have, described once.
 * @module
 */

import { parseText } from './parsers.ts'

/** `--json`. */
export const jsonFlag = {
  kind: 'boolean',
  brief: 'Print one JSON document',
  optional: true,
  withNegated: false,
} as const

/** `--force`. */
export const forceFlag = {
  kind: 'boolean',
  brief: 'Replace files that are there',
  optional: true,
  withNegated: false,
} as const

/** `--data`. */
export const dataFlag: TextFlag = {
  kind: 'parsed',
  parse: parseText,
  brief: 'Data directory of the server (KEYGRANT_DATA, or .keygrant)',
  placeholder: 'dir',
  optional: true,
}

/** A flag with any text. */
export interface TextFlag {
  readonly kind: 'parsed'
  readonly parse: (input: string) => string
  readonly brief: string
  readonly placeholder: string
  readonly optional: true
}
