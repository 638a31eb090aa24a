/**
 * The texts of the command palette.
 * @module
 */

/** The catalogue. */
export const paletteStrings = {
  title: 'Find',
  label: 'App, client ID, key ID, thumbprint, request ID or screen',
  results: 'Results',
  nothing: 'Nothing fits.',
  searching: 'Searching',
  count: (count: number): string => (count === 1 ? '1 result' : `${count} results`),
  kinds: { screen: 'Screen', app: 'App', key: 'Key', request: 'Request', action: 'Do' },
  create: 'Create service app',
  request: (id: string): string => `Request ${id}`,
  keyOf: (kid: string, app: string): string => `${kid} of ${app}`,
} as const
