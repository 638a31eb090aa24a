/**
 * Every setting of `keygrant serve`, once: its flag, its variable in the environment, its name in the
 * configuration file, its default, and what it does.
 * @module
 */

/** What values a setting has. */
export type SettingKind =
  | { readonly type: 'text'; readonly placeholder: string }
  /** Any number of texts; in the environment and in a flag with commas between them. */
  | { readonly type: 'list'; readonly placeholder: string }
  | {
      readonly type: 'number'
      readonly placeholder: string
      readonly min: number
      readonly max: number
    }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'switch' }

/** A setting. `--name` is its flag, `KEYGRANT_NAME` its variable, `name` its name in the file. */
export interface Setting {
  readonly kind: SettingKind
  /** One line: what it is, with the unit. */
  readonly brief: string
  /** Absent: see the brief. */
  readonly default?: string
  /** More of it, for the documentation. */
  readonly more?: string
}

const port = { type: 'number', placeholder: 'port', min: 0, max: 65_535 } as const
const perMinute = { type: 'number', placeholder: 'count', min: 0, max: 1_000_000 } as const
const seconds = { type: 'number', placeholder: 'seconds', min: 0, max: 3600 } as const
const file = { type: 'text', placeholder: 'file' } as const

/** The settings, in the order in which help and documentation show them. */
export const SETTINGS = {
  data: {
    kind: { type: 'text', placeholder: 'dir' },
    brief: 'Data directory of the server',
    default: '.keygrant',
    more: 'Made, with its keys, on the first start. Nobody but the user of the server may read it.',
  },
  host: {
    kind: { type: 'text', placeholder: 'address' },
    brief: 'Address to listen on',
    default: '127.0.0.1',
  },
  port: { kind: port, brief: 'Port to listen on; 0 takes a free one', default: '8400' },
  issuer: {
    kind: { type: 'text', placeholder: 'url' },
    brief: 'Issuer identifier: the origin by which clients know it (the address it listens on)',
    more: 'Has to be given when others than this machine reach the server.',
  },
  profile: {
    kind: { type: 'choice', choices: ['okta', 'strict'] },
    brief: 'What it expects of client assertions',
    default: 'okta',
  },
  dev: {
    kind: { type: 'switch' },
    brief: 'Put the whole report into the answer to a refused request; for your own machine',
  },
  tlsCertificate: {
    kind: file,
    brief: 'TLS certificate with its chain, in PEM (no TLS)',
    more: 'Read again when it changes and on SIGHUP, without closing connections. A pair that can not be used is reported and the old one stays.',
  },
  tlsKey: { kind: file, brief: 'Private key of the TLS certificate, in PEM' },
  trustedProxy: {
    kind: { type: 'list', placeholder: 'address' },
    brief: 'Address or network of a proxy whose X-Forwarded-For is believed (none)',
    more: 'Without it, all requests that a proxy passes on count as coming from the proxy.',
  },
  tokensPerMinute: {
    kind: perMinute,
    brief: 'Token requests of one client in a minute; 0 is no limit',
    default: '1200',
  },
  apiCallsPerMinute: {
    kind: perMinute,
    brief: 'Calls of the admin API by one app or person in a minute; 0 is no limit',
    default: '1200',
  },
  failuresPerMinute: {
    kind: perMinute,
    brief: 'Requests of one address in a minute that prove nothing; 0 is no limit',
    default: '60',
    more: 'An IPv6 network of 64 bits is one address. Requests from the machine itself are not counted.',
  },
  metricsPort: {
    kind: port,
    brief: 'Port for /metrics, /livez and /readyz, apart from the public one (no metrics)',
    more: 'Keep it from the outside.',
  },
  metricsHost: {
    kind: { type: 'text', placeholder: 'address' },
    brief: 'Address to listen on for metrics',
    default: '127.0.0.1',
  },
  log: {
    kind: { type: 'choice', choices: ['off', 'error', 'warn', 'info', 'debug'] },
    brief: 'What is logged to stderr, as a line of JSON each; info has one line for each request',
    default: 'warn',
  },
  auditDays: {
    kind: { type: 'number', placeholder: 'days', min: 0, max: 36_500 },
    brief: 'Days for which the audit log is kept; 0 is for ever',
    default: '90',
  },
  drainSeconds: {
    kind: seconds,
    brief: 'Seconds to go on after /readyz has turned, when the server is told to stop',
    default: '0',
    more: 'As long as a load balancer needs to notice.',
  },
  stopSeconds: {
    kind: { ...seconds, min: 1 },
    brief: 'Seconds after which requests that are still under way are cut off',
    default: '10',
  },
} as const satisfies Readonly<Record<string, Setting>>

/** The name of a setting in code. */
export type SettingName = keyof typeof SETTINGS

/** The names of all settings. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[]

/** The name of a setting in a file and, behind two dashes, as a flag. */
export function fileName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The name of a setting in the environment. */
export function variableName(name: string): string {
  return `KEYGRANT_${fileName(name).replaceAll('-', '_').toUpperCase()}`
}
