/**
 * Telling a reference to a key that is elsewhere from the path of a file, without loading what opens it.
 * @module
 */

/** Two letters or more, so that `C:\key.pem` stays a file. */
export const SIGNER_REFERENCE: RegExp = /^([A-Za-z][A-Za-z0-9+.-]+):(.*)$/s

/** Whether `--key` leads to a key that is elsewhere, rather than to a file. */
export function isSignerReference(reference: string): boolean {
  return SIGNER_REFERENCE.test(reference)
}
