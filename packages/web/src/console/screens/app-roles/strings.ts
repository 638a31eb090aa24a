/**
 * The texts of the roles of an app.
 * @module
 */

/** The catalogue. */
export const rolesStrings = {
  what: 'roles',
  title: 'Admin roles',
  lead: 'What an app may do at the admin API needs both: the scope in its token, and a role.',
  none: 'No roles. This app can not use the admin API, whatever scopes it holds.',
  assign: 'Assign a role',
  choose: 'Role',
  assigned: (role: string) => `${role} assigned`,
  assignTitle: (role: string) => `Assign ${role}?`,
  assignText:
    'From then on only Super Admins change the keys of this app, because whoever holds them acts with this role.',
  remove: 'Take back',
  removeTitle: (role: string) => `Take ${role} back?`,
  removeText: (app: string) =>
    `The admin API refuses ${app} from now on where this role is needed, also with the tokens that it has.`,
  removed: (role: string) => `${role} taken back`,
  since: 'Since',
  onlySuper: 'Only a Super Admin assigns roles.',
  matrix: 'What it can do at the admin API',
  columns: { area: 'Area', scope: 'Scope', role: 'Role', result: 'Result' },
  yes: 'Yes',
  no: 'No',
  missing: (what: string) => `needs ${what}`,
  works: 'Works',
  fails: 'Refused',
  any: 'any role',
  areas: {
    'okta.apps.read': 'Read apps and keys',
    'okta.apps.manage': 'Change apps and keys',
    'okta.appGrants.read': 'Read grants',
    'okta.appGrants.manage': 'Grant scopes',
    'okta.clients.read': 'Read apps as OAuth clients',
    'okta.clients.manage': 'Change apps as OAuth clients',
    'okta.clients.register': 'Register apps as OAuth clients',
    'okta.roles.read': 'Read roles',
    'okta.roles.manage': 'Assign roles',
    'okta.users.read': 'Read people',
    'okta.users.manage': 'Change people',
    'okta.logs.read': 'Read the log and the metrics',
    'okta.orgs.read': 'Read settings',
    'okta.orgs.manage': 'Change settings',
    'okta.authorizationServers.read': 'Read resources and signing keys',
    'okta.authorizationServers.manage': 'Change resources, rotate signing keys',
  },
} as const
