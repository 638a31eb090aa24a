/**
 * The texts of the console's frame, ready to be translated. Each screen has a catalogue of its own.
 * @module
 */

import type { Role } from './wire.ts'

/** The catalogue. Functions take what is counted or named. */
export const consoleStrings = {
  title: 'Console',
  clock: {
    fast: (by: string) => `Your clock is ${by} fast`,
    slow: (by: string) => `Your clock is ${by} slow`,
  },
  nav: {
    label: 'Console',
    menu: 'Menu',
    others: 'Other pages',
    overview: 'Overview',
    apps: 'Service apps',
    keys: 'Keys of this server',
    log: 'Log',
    metrics: 'Metrics',
    people: 'People and roles',
    settings: 'Settings',
    account: 'Your account',
    workbench: 'Workbench',
    inspector: 'Inspector',
  },
  search: 'Find …',
  searchKeys: 'Ctrl K',
  privacy:
    'This page talks to this server alone. Private keys stay in an isolated frame without network.',
  docs: 'API description',
  roles: {
    SUPER_ADMIN: 'Super Admin',
    APP_ADMIN: 'App Admin',
    READ_ONLY_ADMIN: 'Read-only Admin',
  } as Readonly<Record<Role, string>>,
  noRole: 'No role',
  states: { ACTIVE: 'Active', INACTIVE: 'Inactive' },
  loading: (what: string) => `Loading ${what}`,
  loaded: (what: string) => `${what} loaded`,
  retry: 'Try again',
  requestId: 'Request',
  refresh: 'Refresh',
  cancel: 'Cancel',
  close: 'Close',
  clearFilters: 'Clear filters',
  signOut: 'Sign out',
  signedOut: 'You are signed out.',
  never: 'never',
  copy: 'Copy',
  sortBy: (column: string) => `Sort by ${column}`,
  next: 'Next page',
  first: 'First page',
  leave: {
    title: 'Leave without saving?',
    text: 'Your changes on this screen are not saved.',
    go: 'Leave without saving',
    stay: 'Stay',
  },
  failure: {
    title: 'This did not work',
    unreachable: 'The server did not answer. It may be down, or the network may be.',
    status: (status: number) => `The server answered with status ${status}.`,
    forbidden: 'Your role does not allow this.',
    missing: 'There is nothing at this address.',
    changed: 'Somebody changed this meanwhile. Load it again, then make your change anew.',
    unknown: 'Something went wrong in this page.',
  },
  notFound: {
    title: 'No such page',
    text: (path: string) => `There is nothing at ${path}.`,
    home: 'Go to the overview',
  },
  noRights: {
    title: 'You have no role yet',
    text: 'You are signed in, and may see nothing yet. A Super Admin gives you a role.',
  },
  passkey: {
    insecure: 'Passkeys need HTTPS, or a server on this machine.',
    address: (url: string) =>
      `A passkey belongs to a name, not to an address. Open the console at ${url} instead.`,
    tooOld: 'This browser is too old for passkeys. Use a newer one.',
    known: 'This device has a passkey for this account already.',
  },
  sessionEnd: {
    title: 'Are you still there?',
    idle: (time: string) =>
      `Nothing has happened here for a while. Without an answer your session ends within two minutes, at ${time}.`,
    stay: 'Stay signed in',
    finalTitle: 'Your session is about to end',
    final: (time: string) =>
      `It ends at ${time}, because that is as long as a session can be. Sign in again, and go on here.`,
    again: 'Sign in again',
    known: 'Go on until then',
    tab: 'Session ends soon',
  },
  stepUp: {
    title: 'Confirm that it is you',
    text: 'Changes need a passkey check that is not older than five minutes. Yours is; confirm once more and the change goes on.',
    confirm: 'Confirm with passkey',
    cancelled: 'The check was not finished. Try again, or cancel the change.',
  },
} as const
