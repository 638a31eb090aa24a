/**
 * The texts of the log.
 * @module
 */

/** The catalogue. */
export const logScreenStrings = {
  title: 'Log',
  retention: (days: string) =>
    `Kept ${days}, as a chain of hashes: no entry can be changed unnoticed.`,
  forever: 'for ever',
  days: (count: number): string => (count === 1 ? '1 day' : `${count} days`),
  unknown: 'as long as the server is told to',
  views: { label: 'Views', requests: 'Entries', reasons: 'Reasons' },
  export: {
    label: 'Export',
    jsonl: 'JSON Lines',
    csv: 'CSV',
    busy: 'Exporting',
    done: (count: number) => `${count} entries exported.`,
    cut: (count: number) =>
      `${count} entries exported, the newest. For more, use keygrant log export.`,
  },
  reasons: {
    what: 'the reasons',
    caption: 'Why requests were refused, the most frequent first',
    range: 'Time',
    ranges: { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days' },
    columns: {
      reason: 'Reason',
      app: 'App and key',
      count: 'Refusals',
      when: 'First and last',
    },
    noApp: 'no app that is known',
    noKey: 'no key named',
    sum: (count: number, range: string) =>
      `${count === 1 ? '1 refusal' : `${count} refusals`}, ${range.toLowerCase()}.`,
    series: (count: number, range: string) => `${count} over the ${range.toLowerCase()}`,
    first: 'First',
    last: 'Last',
    cause: (what: string, who: string, before: string) => `Began ${before} after: ${what}${who}.`,
    causeBy: (who: string) => ` by ${who}`,
    latest: 'Latest request',
    entries: 'All entries',
    omitted: (count: number) => `${count} more came so fast that the log has their number alone.`,
    incomplete: (since: string) => `There were too many to look at all: complete since ${since}.`,
    empty: 'Nothing was refused',
    emptyText: 'In this time each token request got its token.',
  },
} as const
