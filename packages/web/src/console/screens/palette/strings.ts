/**
 * The texts of the command palette.
 * @module
 */

/** The catalogue. */
export const paletteStrings = {
  title: 'Find',
  lead: 'Type the name of an app, or paste a client ID, a key ID, a thumbprint or a request.',
} as const
