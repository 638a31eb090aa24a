/**
 * The texts of lists of the log.
 * @module
 */

/** The catalogue. */
export const logStrings = {
  what: 'the log',
  columns: {
    time: 'Time',
    what: 'What happened',
    app: 'App',
    key: 'Key',
    scope: 'Scopes',
    from: 'From',
    took: 'ms',
  },
  live: {
    live: 'Live',
    connecting: 'Connecting',
    lost: 'Connection lost. Trying again',
    held: 'Paused',
    pause: 'Pause',
    resume: 'Resume',
    waiting: (count: number) => `${count} new – show`,
    arrived: (count: number): string => (count === 1 ? '1 new entry' : `${count} new entries`),
    gap: 'Entries between two connections are kept no more.',
    skipped: (count: number) => `${count} more came than the list holds.`,
    skippedLink: 'Load the list again',
  },
  caption: 'Entries of the log, the newest first',
  details: 'Details',
  older: 'Show older',
  end: 'This is where the log begins.',
  by: (who: string) => `by ${who}`,
  empty: {
    title: 'No token requests yet',
    text: 'Each token request and each change will have its line here, with the reason when it is refused.',
    tryIt: 'Try it in the workbench',
  },
  noMatch: (what: string) => `Nothing matches ${what}.`,
  filters: {
    label: 'Filters',
    kind: 'Show',
    kinds: {
      '': 'Everything',
      requests: 'Requests',
      refusals: 'Refusals',
      changes: 'Changes',
    },
    q: 'Words',
    qHint: 'Any words of an entry',
    app: 'Client ID',
    reason: 'Reason, such as exp.expired',
    scope: 'Scope',
    key: 'Key ID (kid)',
    ip: 'IP address',
    request: 'Request ID',
    since: 'From (UTC)',
    until: 'Until (UTC)',
    more: 'More filters',
    apply: 'Apply',
  },
} as const
