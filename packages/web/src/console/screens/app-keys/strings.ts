/**
 * The texts of the keys of an app.
 * @module
 */

import type { Role } from '../../wire.ts'

/** The catalogue. */
export const keyStrings = {
  what: 'the keys',
  title: 'Keys',
  caption: 'Keys of this app',
  rule: {
    free: 'App Admins and Super Admins may change the keys of this app.',
    bound: (because: string) =>
      `Keys of this app can be changed by Super Admins only, because it holds ${because}.`,
    grants: (count: number): string => (count === 1 ? '1 scope grant' : `${count} scope grants`),
    roles: (names: string) => `the role ${names}`,
    and: ' and ',
    you: (role: string, isAllowed: boolean): string =>
      isAllowed ? `You are ${role}: you may.` : `You are ${role}: you may not.`,
    people: (names: string) => `Who may: ${names}.`,
    nobody: 'Nobody who is active may at present.',
    ask: 'Copy a request for them',
    askWhat: 'request',
    request: (app: string, url: string) =>
      `Please rotate the key of the service app ${app}: ${url}`,
  },
  jwksUri: {
    text: (url: string) =>
      `The app publishes its keys itself, at ${url}. They are read when they are needed.`,
    good: 'Read last',
    never: 'Nobody asked for a token with them yet.',
    failing: 'The URL gives no keys since',
    lastGood: 'The last good copy is from',
    neverGood: 'It never gave any.',
    until: (at: string) => `It stays in use until ${at}.`,
    over: 'What the app signs is refused until the URL answers again.',
  },
  useUrl: {
    title: 'Use a URL',
    change: 'Change the URL',
    lead: 'The service publishes its keys, and changes them there.',
    replaces:
      'The keys that are registered here are deleted: those at the URL take their place at once.',
    go: 'Use this URL',
    done: 'The app publishes its keys from now on.',
  },
  rotate: 'Rotate key',
  resume: 'Go on with the rotation',
  add: 'Add a key',
  addHint: 'The public half alone. It works at once, beside those that are there.',
  generate: 'Generate in this browser',
  addIt: 'Add key',
  added: (kid: string) => `Key ${kid} added.`,
  ends: 'Ends',
  endsHint: 'Leave it empty for a key that does not end.',
  oneKey: 'One key at a time: this text has more.',
  columns: {
    kid: 'Key',
    state: 'State',
    source: 'Source',
    times: 'Times',
    use: 'Use',
    actions: 'Actions',
  },
  states: {
    published: 'Published',
    active: 'Active',
    retiring: 'Retiring',
    expired: 'Expired',
    retired: 'Retired',
    revoked: 'Revoked',
  },
  created: 'Added',
  sources: {
    CONSOLE: 'Console',
    ADMIN_API: 'Admin API',
    REGISTRATION: 'Client registration',
    ROTATION: 'Rotation by the app itself',
    DATA_DIRECTORY: 'Data directory of the server',
    UNKNOWN: 'Not recorded',
  },
  until: 'Ends',
  lastUsed: 'Last used',
  uses24: (count: string) => `${count} in 24 h`,
  never: 'never used',
  thumbprint: 'thumbprint',
  copyJwk: 'JWK',
  jwk: 'public JWK',
  copyPem: 'PEM',
  copyThumbprint: 'Thumbprint',
  pem: 'public PEM',
  retire: 'Retire',
  activate: 'Activate',
  remove: 'Delete',
  activated: 'The key is active.',
  removed: 'The key is deleted.',
  confirmRemove: {
    title: 'Delete this key?',
    text: (kid: string) =>
      `${kid} is inactive, and can’t be activated again once it is deleted. The log keeps what it was used for.`,
    go: 'Delete key',
  },
  confirmActivate: {
    title: 'Activate this key?',
    text: (kid: string) => `Assertions that are signed with ${kid} are taken again at once.`,
    go: 'Activate key',
  },
  retiring: {
    title: (kid: string) => `Retire ${kid}`,
    used: (count: string, ago: string) =>
      `${count} requests used it in the last 24 hours; the last one ${ago}. What still signs with it is refused once it is retired.`,
    unused: (ago: string) => `Safe to retire: last used ${ago}, and not in the last 24 hours.`,
    neverUsed: 'Safe to retire: it was never used.',
    lastOne:
      'It is the only active key. Add another one first: an app without keys gets no tokens.',
    when: 'When',
    later: 'In 24 hours: it ends by itself, and can be kept until then',
    now: 'Now: at once',
    at: 'At a time',
    atLabel: 'Time (UTC)',
    go: 'Retire key',
    cancel: 'Cancel',
    done: 'The key is retired.',
    doneLater: (at: string) => `The key ends at ${at}.`,
    noTime: 'Give a time that is still to come.',
  },
  keep: 'Keep',
  kept: 'The key does not end any more.',
  warnings: {
    expires: (kid: string, away: string) => `${kid} ends ${away}. Rotate it before.`,
    expired: (kid: string) => `${kid} has ended. What it signs is refused.`,
    unused: (kid: string) => `${kid} was added more than 30 days ago, and was never used.`,
    shared: (kid: string, apps: string) =>
      `${kid} is registered for ${apps}, too: who steals it from one is all of them. Give each app its own.`,
    left: (kid: string, who: string) =>
      `${who} added ${kid} and is no administrator any more. It is best replaced.`,
  },
  timeline: {
    title: 'Use over time',
    label: (kids: string) => `Lifetimes and use by the hour of ${kids}`,
    now: 'now',
    caption: (count: string, days: number): string =>
      `${count} ${count === '1' ? 'token' : 'tokens'} in the last ${days === 1 ? 'day' : `${days} days`}. Each bar is an hour; the line is now.`,
    table: 'Show as table',
    day: 'Day (UTC)',
    ends: (at: string) => `ends ${at}`,
    none: 'No key was used in this time.',
  },
  empty: {
    title: 'No keys. This app can’t get tokens',
    text: 'A service app signs with a private key; the server knows the public half.',
  },
  roleNames: {
    SUPER_ADMIN: 'Super Admin',
    APP_ADMIN: 'App Admin',
    READ_ONLY_ADMIN: 'Read-only Admin',
  } as Readonly<Record<Role, string>>,
} as const
