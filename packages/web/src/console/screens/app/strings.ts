/**
 * The texts around the parts of an app.
 * @module
 */

/** The catalogue. */
export const appStrings = {
  what: 'the app',
  parts: 'Parts of the app',
  clientId: 'client ID',
  tryIt: 'Try in workbench',
  tabs: {
    general: 'General',
    keys: 'Keys',
    scopes: 'Scopes',
    roles: 'Roles',
    activity: 'Activity',
  },
} as const
