/**
 * The texts that every page has, ready to be translated. Each page has a catalogue of its own beside this one.
 * @module
 */

/** The catalogue. Functions take what is counted or named. */
export const strings = {
  product: 'Keygrant',
  skip: 'Skip to the content',
  titled: (title: string) => `${title} – Keygrant`,
  pages: { label: 'Pages', workbench: 'Workbench', inspector: 'Inspector' },
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  zone: { label: 'Times', utc: 'UTC', local: 'Local' },
  environments: { development: 'DEV', production: 'PROD' },
  environmentNames: { development: 'Development server', production: 'Production server' },
  clock: 'Time of the server',
  signIn: 'Sign in',
  docs: { errors: 'Errors explained', api: 'API description' },
  copy: {
    copied: 'Copied',
    done: (what: string) => `${what} copied`,
    failed: 'The browser did not let this page copy. Press Ctrl+C, or ⌘C on a Mac.',
    close: 'Close',
  },
  states: { pass: 'Pass', fail: 'Fail', skip: 'Skipped' },
  severities: { error: 'Error', warning: 'Warning', info: 'Note' },
  fix: 'Fix',
  privacy:
    'What you paste stays on this page, which keeps nothing, until you press a button that names whom it asks.',
  offlinePrivacy:
    'Nothing you paste leaves this page: it may not open any connection, and it keeps nothing.',
  version: (version: string) => `Keygrant ${version}`,

  time: {
    distance: (parts: string, isPast: boolean): string => (isPast ? `${parts} ago` : `in ${parts}`),
    atNow: 'now',
  },
} as const
