/**
 * The texts about a URL at which an app publishes its keys.
 * @module
 */

/** The catalogue. */
export const jwksUrlStrings = {
  label: 'JWKS URL',
  hint: 'HTTPS, reachable from this server. Its keys are fetched when the app asks for a token first.',
  missing: 'Give the address at which the keys are published.',
  look: 'Show its keys',
  looking: 'Asking the URL',
  fault: (why: string) => `Nothing can be used of it: ${why}.`,
  none: 'The set has no keys. The app would get no tokens.',
  found: (taken: number, all: number): string =>
    taken === all
      ? `${all === 1 ? '1 key' : `${all} keys`}, as this server finds them now.`
      : `${taken} of ${all} keys can be used.`,
  noKid: 'Key without kid',
  refused: 'not taken',
  thumbprint: 'Thumbprint',
  shared: (apps: string) => `Registered for ${apps}, too: who steals it from one is all of them.`,
} as const
