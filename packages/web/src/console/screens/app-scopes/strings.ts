/**
 * The texts of the scopes of an app.
 * @module
 */

/** The catalogue. */
export const scopesStrings = {
  what: 'scopes',
  search: 'Search scopes',
  granted: 'Granted',
  available: 'Available',
  ofServer: 'Admin API of this server',
  columns: { scope: 'Scope', since: 'Granted', used: 'Used' },
  grant: 'Grant',
  revoke: 'Revoke',
  protected: 'Protected',
  protectedHint:
    'A protected scope gives power over this server. Once the app holds one, only Super Admins change its keys.',
  grantTitle: (scope: string) => `Grant ${scope}?`,
  grantText: (app: string) => `${app} gets it with its next token request that asks for it.`,
  grantProtected: 'From then on only Super Admins change the keys of this app.',
  granted1: (scope: string) => `${scope} granted`,
  revokeTitle: (scope: string) => `Revoke ${scope}?`,
  revokeText: (app: string) =>
    `${app} gets no more tokens with it. The admin API looks at grants with each call; elsewhere tokens that it has keep the scope until they expire.`,
  revoked: (scope: string) => `${scope} revoked`,
  onlySuper: 'Only a Super Admin grants and revokes scopes.',
  none: 'No scopes. This app gets no tokens.',
  nothing: (words: string) => `No scope matches ‘${words}’`,
  allGranted: 'Every scope is granted.',
  usage: (used: number, granted: number): string =>
    used === granted
      ? `All ${granted} granted scopes were in tokens of the last 30 days.`
      : `${used} of ${granted} granted scopes were in tokens of the last 30 days.`,
  usageOf: (requests: number): string =>
    requests === 1 ? 'Measured by its last token.' : `Measured by its last ${requests} tokens.`,
  review: (unused: number) => `Show ${unused} unused`,
  showAll: 'Show all',
  used: 'in use',
  unused: 'not used',
  preview: 'Token this app would get',
  previewHint: 'An example with all granted scopes of one audience, not signed.',
  audience: 'For',
} as const
