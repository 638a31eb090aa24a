/**
 * Texts that people see: what can't be shown is in none of them.
 * @module
 */

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
const LONE_SURROGATE = /\p{Surrogate}/u

/** Whether a text holds what can't be shown. */
export function isUnprintable(text: string): boolean {
  return CONTROL.test(text) || LONE_SURROGATE.test(text)
}
