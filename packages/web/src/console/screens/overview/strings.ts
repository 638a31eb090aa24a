/**
 * The texts of the overview.
 * @module
 */

/** The catalogue. */
export const overviewStrings = {
  what: 'the overview',
  none: 'No service app is active.',
  all: (count: number): string =>
    count === 1
      ? 'The one active app got tokens in the last 24 hours.'
      : `All ${count} active apps got tokens in the last 24 hours.`,
  some: (used: number, count: number): string =>
    `${used} of ${count} active ${count === 1 ? 'app' : 'apps'} got tokens in the last 24 hours.`,
  quiet: 'No request was refused in the last 24 hours.',
  unknownFailures: 'Refused requests can not be told: the log did not answer.',
  failing: (apps: number, requests: number): string =>
    `${apps === 1 ? '1 app has' : `${apps} apps have`} failures, ${requests} in the last 24 hours: `,
  others: (count: number): string => ` and ${count} more`,
  anonymous: (count: number): string =>
    `${count} ${count === 1 ? 'request was' : 'requests were'} refused that named no app of this server.`,
  noExpiry: 'No key expires in the next 30 days.',
  expiring: (count: number): string =>
    `${count === 1 ? '1 key expires' : `${count} keys expire`} in the next 30 days, the first `,
  inSync: 'The clocks of this browser and the server agree.',
  outOfSync: (by: string, isFast: boolean): string =>
    `The clock of this machine is ${by} ${isFast ? 'ahead of' : 'behind'} the server’s. Assertions made here may be refused.`,
  reasons: 'Why requests were refused',
  reasonColumns: { reason: 'Reason', app: 'App', key: 'Key', count: 'Count', last: 'Last' },
  unknown: 'unknown',
  allReasons: 'All reasons',
  keys: 'Keys that expire',
  noKeys: 'None in the next 30 days.',
  changes: 'Recent changes',
  noChanges: 'Nobody changed anything in the last 30 days.',
  start: 'Get started',
  startLead: 'Four steps to the first token.',
  done: 'Done',
  steps: {
    create: ['Create a service app', 'It stands for the service that needs access.'],
    key: ['Give it a key', 'Made in this browser, pasted, or at a JWKS URL.'],
    scopes: ['Grant scopes', 'What its tokens may be used for.'],
    token: ['Try it in the workbench', 'Sign an assertion, get a token, call an API.'],
  },
} as const
