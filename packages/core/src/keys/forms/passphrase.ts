/**
 * Refusals about a passphrase.
 * @module
 */

import { KeyError } from '../../errors.ts'

/** The passphrase, or the refusal that says that one is needed. An empty one counts as none. */
export function requirePassphrase(form: string, passphrase: string | undefined): string {
  if (passphrase !== undefined && passphrase !== '') return passphrase
  throw new KeyError(
    'ERR_KEY_PASSPHRASE_REQUIRED',
    `the ${form} needs a passphrase, and none was given`,
    { fix: 'give its passphrase' },
  )
}

/** The refusal of a passphrase that does not open the key. */
export function wrongPassphrase(form: string): KeyError {
  return new KeyError(
    'ERR_KEY_PASSPHRASE_WRONG',
    `the ${form} can not be opened with this passphrase`,
    { fix: 'give the passphrase that the key was encrypted with' },
  )
}
