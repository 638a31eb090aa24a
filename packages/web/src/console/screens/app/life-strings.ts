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
  deactivated: (name: string) => `${name} is inactive`,
  delete: 'Delete',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText:
    'Its keys, scopes and roles go with it. The log keeps what it did. This can not be undone.',
  typeName: (name: string) => `Type the name of the app: ${name}`,
  wrongName: 'This is not the name of the app.',
  deleted: (name: string) => `${name} deleted`,
} as const
