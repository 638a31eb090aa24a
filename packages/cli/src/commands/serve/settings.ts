/**
 * Every setting of `keygrant serve`, once: its flag, its variable in the environment, its name in the
 * configuration file, its default, and what it does. docs/options.md is made of this table.
 * @module
 */

import type { SigningAlgorithm } from '@keygrant/server'

/** What a server is set to; those without a default may be absent. */
export interface Settings {
  readonly data: string
  readonly database: string | undefined
  readonly newOperator: boolean
  readonly host: string
  readonly port: number
  readonly issuer: string | undefined
  readonly profile: 'okta' | 'strict'
  readonly dev: boolean
  readonly envelopeKey: string | undefined
  readonly signingAlgorithm: SigningAlgorithm
  readonly signingKeyDays: number
  readonly newSigningKeys: boolean
  readonly tlsCertificate: string | undefined
  readonly tlsKey: string | undefined
  readonly trustedProxy: readonly string[] | undefined
  readonly privateJwksHost: readonly string[] | undefined
  readonly workbenchOrigin: readonly string[] | undefined
  readonly workers: number
  readonly tokensPerMinute: number
  readonly apiCallsPerMinute: number
  readonly failuresPerMinute: number
  readonly auditDays: number
  readonly metricsPort: number | undefined
  readonly metricsHost: string
  readonly log: 'off' | 'error' | 'warn' | 'info' | 'debug'
  readonly drainSeconds: number
  readonly stopSeconds: number
}

/** The name of a setting in code. */
export type SettingName = keyof Settings

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

type KindOf<Value> = Extract<
  SettingKind,
  Value extends boolean
    ? { type: 'switch' }
    : Value extends number
      ? { type: 'number' }
      : Value extends string
        ? { type: 'text' | 'choice' }
        : { type: 'list' }
>

/** A setting. */
export interface Setting {
  readonly kind: SettingKind
  /** One line: what it is, with the unit. */
  readonly brief: string
  /** As it would be written. Absent: the brief says in brackets what goes without it. */
  readonly default?: string | undefined
  /** More of it, for the documentation. */
  readonly more?: string
}

type SettingTable = {
  readonly [Name in SettingName]: Setting & {
    readonly kind: KindOf<NonNullable<Settings[Name]>>
  } & (undefined extends Settings[Name] ? unknown : { readonly default: string })
}

const port = { type: 'number', placeholder: 'port', min: 0, max: 65_535 } as const
const perMinute = { type: 'number', placeholder: 'count', min: 0, max: 1_000_000 } as const
const seconds = { type: 'number', placeholder: 'seconds', min: 0, max: 3600 } as const
const file = { type: 'text', placeholder: 'file' } as const

/** The settings, in the order in which help and documentation show them. */
export const SETTINGS: SettingTable = {
  data: {
    kind: { type: 'text', placeholder: 'dir' },
    brief: 'Data directory of the server',
    default: '.keygrant',
    more: 'It is made, with its keys, on the first start. Nobody but the user of the server may read it.',
  },
  database: {
    kind: { type: 'text', placeholder: 'url' },
    brief:
      'PostgreSQL database of all nodes: postgres://user@host/name (a file in the data directory)',
    more: 'Every server that names it is a node of one authorization server. It makes a schema `keygrant` there. The password is better in `PGPASSWORD` or `~/.pgpass` than in the URL; `?sslmode=verify-full` encrypts the connection. Each process takes up to 8 connections. What nodes need in common besides: `issuer` and `envelope-key`. [How to run several](scaling.md#several-nodes).',
  },
  newOperator: {
    kind: { type: 'switch' },
    brief: 'Make an operator here, though another data directory has the one of the database',
    default: 'false',
    more: 'For one start, when that data directory is lost. The first start with a database makes its operator; other nodes make none.',
  },
  host: {
    kind: { type: 'text', placeholder: 'address' },
    brief: 'Address to listen on',
    default: '127.0.0.1',
    more: '`0.0.0.0` is every address of the machine; then `issuer` has to be given.',
  },
  port: { kind: port, brief: 'Port to listen on; 0 takes a free one', default: '8400' },
  issuer: {
    kind: { type: 'text', placeholder: 'url' },
    brief: 'Issuer identifier: the origin by which clients know it (the address it listens on)',
    more: 'Clients compare it letter by letter: no path, no slash at its end. It has to be given when others than this machine reach the server, and should never change: tokens and assertions name it.',
  },
  profile: {
    kind: { type: 'choice', choices: ['okta', 'strict'] },
    brief: 'What it expects of client assertions',
    default: 'okta',
    more: '`strict` is FAPI 2.0; an app can be told apart with `keygrant app update`.',
  },
  dev: {
    kind: { type: 'switch' },
    brief: 'Put the whole report into the answer to a refused request; for your own machine',
    default: 'false',
    more: 'It tells strangers what is registered.',
  },
  envelopeKey: {
    kind: file,
    brief:
      'File of the key that seals the signing keys in the database (one in the data directory)',
    more: 'Nodes that share a database have one in common. 32 random octets in base64url: `openssl rand -base64 32 | tr +/ -_ | tr -d =`. To replace it, put the new one on the first line, before the old one, on every node; the second line can go when all of them have started with it. Without it the signing keys in the database are lost: keep it where backups of the database are not.',
  },
  signingAlgorithm: {
    kind: { type: 'choice', choices: ['ES256', 'RS256', 'EdDSA'] satisfies SigningAlgorithm[] },
    brief: 'Algorithm that a new server signs access tokens with',
    default: 'ES256',
    more: 'A server that has keys already gets another algorithm with `keygrant signing-key rotate --alg`.',
  },
  signingKeyDays: {
    kind: { type: 'number', placeholder: 'days', min: 0, max: 1095 },
    brief: 'Days after which the next signing key takes over by itself; 0 for never',
    default: '90',
  },
  newSigningKeys: {
    kind: { type: 'switch' },
    brief: 'Make new signing keys if the envelope key of those in the database is lost',
    default: 'false',
    more: 'For one start. Tokens that are out stay good; APIs that keep the published keys refuse new tokens until they look again, for at most ten minutes.',
  },
  tlsCertificate: {
    kind: file,
    brief: 'TLS certificate with its chain, in PEM (no TLS)',
    more: 'Read again when it changes and on SIGHUP, without closing connections. A pair that can not be used is reported, and the old one stays.',
  },
  tlsKey: {
    kind: file,
    brief: 'Private key of the TLS certificate, in PEM (no TLS)',
    more: 'Without a passphrase.',
  },
  trustedProxy: {
    kind: { type: 'list', placeholder: 'address' },
    brief: 'Address or network of a proxy whose X-Forwarded-For is believed (none)',
    more: 'Without it, all requests that a proxy passes on count as coming from the proxy.',
  },
  privateJwksHost: {
    kind: { type: 'list', placeholder: 'host' },
    brief: 'Host of a jwks_uri that may lie in a private network (none)',
    more: 'As it stands in the URL. Every other `jwks_uri` must lead to a public address, so that nobody reads your network through the server.',
  },
  workbenchOrigin: {
    kind: { type: 'list', placeholder: 'origin' },
    brief: 'Other server that workbench and inspector may talk to (none)',
    more: 'Such as `https://auth.example.org`, which has to allow calls from this origin (CORS). The private key stays in its frame, which may talk to nobody.',
  },
  workers: {
    kind: { type: 'number', placeholder: 'count', min: 0, max: 64 },
    brief: 'Processes that answer requests; 0 is one for each core',
    default: '1',
    more: 'They share the port, the store, the keys and the limits; one that dies is replaced.',
  },
  tokensPerMinute: {
    kind: perMinute,
    brief: 'Token requests of one client in a minute; 0 is no limit',
    default: '1200',
    more: 'Introspections and revocations count too. A budget refills steadily, and may be used in one burst.',
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
  auditDays: {
    kind: { type: 'number', placeholder: 'days', min: 0, max: 36_500 },
    brief: 'Days for which entries of the audit log are kept; 0 keeps all',
    default: '0',
    more: 'What is older is removed once an hour, and an entry tells of it, so that what is left still verifies. `keygrant log export` keeps the entries elsewhere.',
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
    brief: 'The least that is logged to stderr, as a line of JSON each',
    default: 'warn',
    more: '`info` has a line for each request. No line holds a token, an assertion, a key or anything else that a sender chose.',
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
}

/** The names of all settings. */
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[]

/** What the variables of the environment begin with. */
export const VARIABLE_PREFIX = 'KEYGRANT_SERVE_'

/** The variable that names the configuration file. */
export const CONFIG_VARIABLE: string = `${VARIABLE_PREFIX}CONFIG`

/** The name of a setting in a file and, behind two dashes, as a flag. */
export function fileName(name: SettingName): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/**
 * The name of a setting in the environment. The prefix keeps it apart from what clients read:
 * `KEYGRANT_ISSUER` is whom to ask, which may be another server.
 */
export function variableName(name: SettingName): string {
  // The one that every command reads.
  if (name === 'data') return 'KEYGRANT_DATA'
  return VARIABLE_PREFIX + fileName(name).replaceAll('-', '_').toUpperCase()
}
