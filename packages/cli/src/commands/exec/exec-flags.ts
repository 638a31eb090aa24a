/**
 * Flags of `keygrant exec`.
 * @module
 */

import type { ClientFlags } from '../../client-choice.ts'

/** Flags of `keygrant exec`. */
export interface ExecFlags extends ClientFlags {
  readonly env?: string
  readonly headerFile?: boolean
  readonly cache: boolean
  readonly fresh?: boolean
}

/** Variables that change how programs are found or loaded. */
const TAKEN = /^(?:PATH|HOME|SHELL|USER|IFS|NODE_OPTIONS|LD_.*|DYLD_.*)$/

/** A name of an environment variable. */
export function parseVariable(input: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(input)) {
    throw new Error('expected a name such as ACCESS_TOKEN')
  }
  if (TAKEN.test(input)) throw new Error('this variable means something else to programs')
  return input
}
