/**
 * The two refusals that readers of keys make most, each with its fix.
 * @module
 */

import { KeyError } from '../errors.ts'

/** The input is damaged, or is not what it says. */
export function malformed(sentence: string, fix: string): KeyError {
  return new KeyError('ERR_KEY_MALFORMED', sentence, { fix })
}

/** The input is sound, and of a kind that is not read or can not sign here. */
export function unsupported(sentence: string, fix: string): KeyError {
  return new KeyError('ERR_KEY_UNSUPPORTED', sentence, { fix })
}
