/**
 * The texts of the list of apps.
 * @module
 */

/** The catalogue. */
export const appsStrings = {
  lead: 'Each of them signs in with a key instead of a password.',
  what: 'apps',
  create: 'Create service app',
  search: 'Search',
  searchHint: 'Name, client ID, key ID or owner',
  filter: 'Show',
  filters: {
    all: 'All',
    active: 'Active',
    inactive: 'Inactive',
    failing: 'Failing in the last 24 h',
    expiring: 'Key expiring in 30 days',
    unused: 'Unused for 90 days',
  },
  columns: {
    name: 'Name',
    status: 'Status',
    keys: 'Keys',
    scopes: 'Scopes',
    used: 'Last token',
    failures: 'Failures, 24 h',
    owner: 'Owner',
  },
  caption: (shown: number, all: number): string =>
    shown === all ? `${all} ${all === 1 ? 'app' : 'apps'}` : `${shown} of ${all} apps`,
  tooMany: (max: number) =>
    `The first ${max} apps are listed. Search by the beginning of a name to find others.`,
  noKeys: 'none',
  published: 'JWKS URL',
  active: (count: number) => `${count} active`,
  inactive: (count: number) => `${count} inactive`,
  expiring: (count: number, days: number): string =>
    `${count} expiring in ${days === 0 ? 'less than a day' : `${days} d`}`,
  empty: {
    title: 'No service apps yet',
    text: 'A service app signs in with a key instead of a password.',
    readOnly: 'An App Admin or a Super Admin creates them.',
  },
  nothing: (words: string) => `Nothing matches ${words}`,
  failureBar: (count: number, most: number) => `${count} of at most ${most} of an app`,
  previous: 'Previous',
  next: 'Next',
  page: (page: number, pages: number) => `Page ${page} of ${pages}`,
} as const
