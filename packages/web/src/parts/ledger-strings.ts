/**
 * The texts of the ledger beside those of core, ready to be translated. Loaded with it.
 * @module
 */

/** The catalogue. */
export const ledgerStrings = {
  found: 'Found',
  expected: 'Expected',
  nothing: 'nothing',
  why: 'Why',
  holdsWhen: (sentence: string): string => `Holds when ${sentence}.`,
} as const
