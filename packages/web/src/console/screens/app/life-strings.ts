/**
 * The texts of stopping, starting and deleting an app.
 * @module
 */

/** The catalogue. */
export const lifeStrings = {
  activate: 'Activate',
  activated: (name: string) => `${name} is active`,
  deactivate: 'Deactivate',
  deactivateTitle: (name: string) => `Deactivate ${name}?`,
  deactivateText:
    'Token requests stop now. The admin API refuses the tokens that the app has at once; at other APIs they stay good until they expire, at most 60 minutes, unless the API asks this server.',
  tokens: {
    loading: 'Counting the tokens that are still valid …',
    failed: 'How many tokens are still valid could not be read.',
    more: (count: string) => `More than ${count}`,
    none: 'No token that was issued is still valid.',
    some: (count: string, until: string): string =>
      count === '1'
        ? `1 token that was issued is still valid, until ${until}.`
        : `${count} tokens that were issued are still valid, the last one until ${until}.`,
    revoke: 'Revoke them',
    revoked: 'The tokens that the app had are revoked.',
    revokedOfKey: 'The tokens that the key got are revoked.',
    of: 'Introspection and the admin API refuse them while the key is retired, and for good once they are revoked. An API that asks nobody takes them until they end.',
  },
  revokeAll: 'Revoke tokens',
  revokeAllTitle: (name: string) => `Revoke the tokens of ${name}?`,
  revokeAllText:
    'Introspection and the admin API refuse every token that it got up to now. Its keys and scopes stay: it can get new ones at once.',
  deactivated: (name: string) => `${name} is inactive`,
  delete: 'Delete',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText:
    'Its keys, scopes and roles go with it. The log keeps what it did. This can not be undone.',
  typeName: (name: string) => `Type the name of the app: ${name}`,
  wrongName: 'This is not the name of the app.',
  deleted: (name: string) => `${name} deleted`,
} as const
