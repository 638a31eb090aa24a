/**
 * The texts of the settings and the self-check.
 * @module
 */

/** The catalogue. */
export const settingsStrings = {
  what: 'the settings',
  lead: 'What was given at the start of the server is changed there, and shown here.',
  server: 'This server',
  issuer: 'Issuer',
  version: 'Version',
  environment: 'Environment',
  environments: { development: 'Development', production: 'Production' },
  started: 'Started',
  time: 'Time of the server',
  changeable: 'Settings of this console',
  privileges: 'A grant brings the least role',
  privilegesText:
    'When a scope of the admin API is granted, the app also gets the least role with which it is of use. What was granted before stays as it is.',
  onlySuper: 'Only a Super Admin changes this.',
  saved: 'Setting saved',
  options: 'Options of the server',
  optionColumns: { name: 'Option', value: 'Value', source: 'From' },
  sources: { DEFAULT: 'default', START: 'set at the start' },
  optionsHint: 'Set by flags or environment variables of keygrant serve; read-only here.',
  none: 'none',
  yes: 'yes',
  no: 'no',
  check: 'Self-check',
  checkLead:
    'Asks this server for everything that its metadata advertises, from this browser, and says whether it is so.',
  run: 'Run the self-check',
  runAgain: 'Run it again',
  running: 'Checking',
  checked: (good: number, all: number): string => `${good} of ${all} checks passed`,
  checks: {
    metadata: 'The metadata is there, and names this issuer',
    alias: 'The alias at openid-configuration says the same',
    jwks: 'The JWK Set has the current signing key, and no private member',
    token: 'The token endpoint takes POST, and refuses a request without credentials',
    introspection: 'The introspection endpoint is there',
    revocation: 'The revocation endpoint is there',
    algorithms: 'Every algorithm that is advertised is one that the profile accepts',
    origin: 'The issuer and this page are the same server',
    clock: 'The clocks of the server and this browser agree within 30 s',
    live: 'The server says that it is ready',
    openapi: 'The description of the API is there',
  },
  passed: 'Passed',
  failed: 'Failed',
} as const
