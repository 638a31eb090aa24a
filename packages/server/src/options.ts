/**
 * Every option of the server with its default; all that is wrong with them is said at once.
 * @module
 */

import { randomBytes, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { KeygrantError } from '@keygrant/core/errors'
import type { FastifyBaseLogger } from 'fastify'
import { deriveSecret, ENVELOPE_KEY_OCTETS } from './envelope.ts'
import { type KeptSigningKeys, SIGNING_ALGORITHMS, type SigningKeys } from './signing-keys.ts'
import type { Storage } from './storage/ports.ts'

/** A logger of pino's shape. */
export type Logger = FastifyBaseLogger

/**
 * How many requests one sender may make in a minute. A budget refills steadily, and may be used in one
 * burst. 0 is no limit.
 */
export interface RequestLimits {
  /** Token requests, introspections and revocations of one client. Default: 1200. */
  readonly tokensPerMinute?: number
  /** Calls of the admin API by one app or person. Default: 1200. */
  readonly apiCallsPerMinute?: number
  /**
   * Requests that do not prove who they are from, by address, or by network of 64 bits with IPv6. Does
   * not count requests from this machine itself. Default: 60.
   */
  readonly failuresPerMinute?: number
}

/** A certificate with its chain, and its private key, as PEM. */
export interface TlsOptions {
  readonly certificate: string | Buffer
  readonly key: string | Buffer
}

/** Where to answer who watches the server. */
export interface WatchOptions {
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string
  /**
   * Port to listen on; 0 takes a free one. Default: none; the server counts, and says what it counted to
   * whoever calls `report()`.
   */
  readonly port?: number
}

/** The other processes of a server on this machine. */
export interface Siblings {
  /** Passes a message to each of them. It can be cloned as structured data. */
  send(message: object): void
  /** Calls the listener with each message of another process. */
  onMessage(listener: (message: object) => void): void
}

/** What is logged, and where. */
export interface LogOptions {
  /** The least that is logged; `info` has one line for each request. */
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  /** Takes lines of JSON. Default: standard output. */
  readonly stream?: { write(line: string): void }
}

/** Options of `createAuthorizationServer`. */
export interface AuthorizationServerOptions {
  /**
   * The issuer identifier: an `https` origin such as `https://auth.example.com`, without a slash at the
   * end. `http` is allowed for loopback alone. Clients compare it letter by letter.
   */
  readonly issuer: string
  /** Where everything is kept; open. The server does not close it. */
  readonly storage: Storage
  /**
   * Sign access tokens: keys that are kept in the store and rotated, or some of your own, which stay as they are.
   */
  readonly signingKeys: SigningKeys | KeptSigningKeys
  /** What is expected of client assertions. Default: `okta`. */
  readonly profile?: 'okta' | 'strict'
  /**
   * Whether a refused token request gets the whole report in its answer. It tells strangers what is
   * registered: for a developer's own machine. Default: false.
   */
  readonly isDevelopment?: boolean
  /**
   * At least 32 secret octets, the same for all processes of this server; nonces for DPoP proofs are
   * made of it. Default: made of the envelope key of the signing keys; without one it is random, so that nonces
   * of one process are worth nothing to another.
   */
  readonly secret?: Uint8Array
  /**
   * Hosts of a `jwks_uri` that may lie in a private network, as they stand in the URL. Default: none.
   */
  readonly privateJwksHosts?: readonly string[]
  /** The time, in milliseconds since 1970. Default: the clock of this machine. */
  readonly clock?: () => number
  /**
   * Where to log, as lines of JSON without anything that a sender chose: a pino logger, a level, or
   * `true` for everything to standard output. Default: false.
   */
  readonly log?: boolean | Logger | LogOptions
  /**
   * The folder of the pages for the browser, which the command line's package holds as `ui`: the
   * workbench is then served at `/workbench`, the inspector at `/inspector`. Default: no pages.
   */
  readonly uiDirectory?: string
  /**
   * Origins of other servers, such as `https://auth.example.org`, that workbench and inspector may talk to: token endpoints
   * and APIs of others, which have to allow it themselves (CORS). Default: none; it talks to this server alone.
   */
  readonly workbenchOrigins?: readonly string[]
  /** How many requests one sender may make in a minute. */
  readonly limits?: RequestLimits
  /**
   * Addresses and networks (`10.0.0.0/8`) of the proxies in front. Who a request is from is then the last
   * address of `X-Forwarded-For` that is none of them. Default: none, and the field is not looked at.
   */
  readonly trustedProxies?: readonly string[]
  /**
   * Days for which entries of the audit log are kept. What is older is removed once an hour, and an entry
   * tells of it. Default: 0, which keeps all of them.
   */
  readonly auditDays?: number
  /** Speaks TLS itself. Default: plain HTTP, for a proxy that does TLS or for this machine alone. */
  readonly tls?: TlsOptions
  /**
   * Counts what happens, for Prometheus, and answers `/metrics`, `/livez` and `/readyz` on a port of its
   * own, which should not be reached from outside. Default: not counted.
   */
  readonly watch?: WatchOptions
  /**
   * The other processes of this server on this machine, when there are any: the limits then hold for all of
   * them together. Default: none.
   */
  readonly siblings?: Siblings
}

/** The options by which an operator says how the server runs, as far as they can be judged alone. */
export type OperationOptions = Pick<
  AuthorizationServerOptions,
  | 'limits'
  | 'trustedProxies'
  | 'privateJwksHosts'
  | 'workbenchOrigins'
  | 'auditDays'
  | 'tls'
  | 'watch'
>

type NotAlwaysThere = 'uiDirectory' | 'tls' | 'watch' | 'siblings'

/** The options with their defaults. */
export type CompleteOptions = Required<
  Omit<AuthorizationServerOptions, NotAlwaysThere | 'limits'>
> & { readonly limits: Required<RequestLimits> } & Pick<AuthorizationServerOptions, NotAlwaysThere>

/** What is used where {@link RequestLimits} says nothing. */
export const DEFAULT_LIMITS: Required<RequestLimits> = {
  tokensPerMinute: 1200,
  apiCallsPerMinute: 1200,
  failuresPerMinute: 60,
}

/** One problem of the options. */
export interface OptionProblem {
  /** The option. */
  readonly option: string
  /** What is wrong and what to write instead. */
  readonly problem: string
}

/** The options can't be used; `problems` has everything that is wrong with them. */
export class OptionsError extends KeygrantError {
  override readonly code = 'ERR_OPTIONS_INVALID'
  readonly problems: readonly OptionProblem[]

  constructor(problems: readonly OptionProblem[]) {
    super(problems.map(({ option, problem }) => `"${option}" ${problem}`).join('; '))
    this.problems = problems
  }
}

/**
 * Checks the options and adds the defaults.
 *
 * @throws {@link OptionsError} with all problems.
 */
export function completeOptions(options: AuthorizationServerOptions): CompleteOptions {
  const problems: OptionProblem[] = []
  const complete: CompleteOptions = {
    ...options,
    profile: options.profile ?? 'okta',
    isDevelopment: options.isDevelopment ?? false,
    secret: options.secret ?? defaultSecret(options.signingKeys),
    privateJwksHosts: options.privateJwksHosts ?? [],
    workbenchOrigins: options.workbenchOrigins ?? [],
    clock: options.clock ?? Date.now,
    log: options.log ?? false,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    trustedProxies: options.trustedProxies ?? [],
    auditDays: options.auditDays ?? 0,
  }
  const problem = issuerProblem(complete.issuer)
  if (problem !== undefined) problems.push({ option: 'issuer', problem })
  if (complete.profile !== 'okta' && complete.profile !== 'strict') {
    problems.push({ option: 'profile', problem: 'must be "okta" or "strict"' })
  }
  if (typeof complete.isDevelopment !== 'boolean') {
    problems.push({ option: 'isDevelopment', problem: 'must be true or false' })
  }
  if (!(complete.secret instanceof Uint8Array) || complete.secret.length < 32) {
    problems.push({ option: 'secret', problem: 'must be at least 32 random octets' })
  }
  if (typeof complete.clock !== 'function') {
    problems.push({ option: 'clock', problem: 'must be a function that gives milliseconds' })
  }
  if (typeof complete.storage?.replay?.recordOnce !== 'function') {
    problems.push({ option: 'storage', problem: 'must be an open store (openSqliteStorage)' })
  }
  problems.push(...signingKeyProblems(complete.signingKeys))
  const { uiDirectory } = complete
  if (uiDirectory !== undefined && !existsSync(join(uiDirectory, 'workbench.html'))) {
    problems.push({ option: 'uiDirectory', problem: 'must be a folder with "workbench.html"' })
  }
  problems.push(...findOperationProblems(complete))
  if (problems.length > 0) throw new OptionsError(problems)
  return complete
}

/**
 * What is wrong with the options that an operator sets, so that whoever gathers them from other places
 * can say it with its own findings. Looks at these alone; the server looks at them again.
 */
export function findOperationProblems({
  limits = {},
  trustedProxies = [],
  privateJwksHosts = [],
  workbenchOrigins = [],
  auditDays = 0,
  tls,
  watch,
}: OperationOptions): readonly OptionProblem[] {
  const problems: OptionProblem[] = []
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      problems.push({
        option: `limits.${name}`,
        problem: 'must be a whole number of requests in a minute; 0 is no limit',
      })
    }
  }
  problems.push(...listProblems({ privateJwksHosts, trustedProxies, workbenchOrigins }))
  if (!Number.isSafeInteger(auditDays) || auditDays < 0) {
    problems.push({ option: 'auditDays', problem: 'must be a whole number of days; 0 keeps all' })
  }
  const tlsProblem = tls === undefined ? undefined : describeTlsProblem(tls)
  if (tlsProblem !== undefined) problems.push({ option: 'tls', problem: tlsProblem })
  const watchPort = watch?.port ?? 0
  if (!(Number.isInteger(watchPort) && watchPort >= 0 && watchPort <= 65_535)) {
    problems.push({ option: 'watch.port', problem: 'must be a port from 0 to 65535' })
  }
  return problems
}

/** Options that are lists of texts: what each of them has to be, with an example. */
const LISTS = {
  privateJwksHosts: {
    isOne: isUrlHost,
    none: 'no host as it stands in a URL, such as keys.internal or 10.0.0.7',
  },
  trustedProxies: {
    isOne: isNetwork,
    none: 'no address such as 127.0.0.1 and no network such as 10.0.0.0/8',
  },
  workbenchOrigins: { isOne: isOrigin, none: 'no origin such as https://auth.example.org' },
} as const

function listProblems(lists: Readonly<Record<keyof typeof LISTS, unknown>>): OptionProblem[] {
  return (Object.keys(LISTS) as (keyof typeof LISTS)[]).flatMap((option) => {
    const { isOne, none } = LISTS[option]
    const items = lists[option]
    if (!Array.isArray(items)) return [{ option, problem: 'must be an array of texts' }]
    return items
      .filter((item: unknown) => !isOne(item))
      .map((item: unknown) => ({ option, problem: `has ${quoted(item)}, which is ${none}` }))
  })
}

function quoted(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 60))
}

/** Whether a text is the host of a URL in its normal form: it is compared with that letter by letter. */
function isUrlHost(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(`https://${text}/`)) return false
  return new URL(`https://${text}/`).hostname === text
}

/** What a host may be made of: URLs allow more, such as quotes and semicolons, and some of that ends a directive. */
const PLAIN_ORIGIN = /^https?:\/\/[\w.:[\]-]+$/

/** Whether a text is an origin of the web in its normal form: it goes into a policy as it is. */
function isOrigin(text: unknown): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  return PLAIN_ORIGIN.test(text) && new URL(text).origin === text
}

/** Whether signing keys are kept in the store. */
export function isKept(keys: SigningKeys | KeptSigningKeys): keys is KeptSigningKeys {
  return 'envelopeKeys' in keys
}

function signingKeyProblems(keys: SigningKeys | KeptSigningKeys | undefined): OptionProblem[] {
  if (keys === undefined || !isKept(keys)) {
    if (keys?.current !== undefined) return []
    return [{ option: 'signingKeys', problem: 'must hold "envelopeKeys" or a "current" key' }]
  }
  const { envelopeKeys, algorithm, rotateAfterDays } = keys
  const problems: OptionProblem[] = []
  if (!areEnvelopeKeys(envelopeKeys)) {
    problems.push({
      option: 'signingKeys.envelopeKeys',
      problem: `must be one or more keys of ${ENVELOPE_KEY_OCTETS} random octets`,
    })
  }
  if (algorithm !== undefined && !SIGNING_ALGORITHMS.includes(algorithm)) {
    problems.push({
      option: 'signingKeys.algorithm',
      problem: `must be one of ${SIGNING_ALGORITHMS.join(', ')}`,
    })
  }
  const days = rotateAfterDays ?? 0
  if (!Number.isInteger(days) || days < 0 || days > MAX_ROTATE_AFTER_DAYS) {
    problems.push({
      option: 'signingKeys.rotateAfterDays',
      problem: `must be a whole number of days up to ${MAX_ROTATE_AFTER_DAYS}; 0 is never`,
    })
  }
  return problems
}

function areEnvelopeKeys(keys: unknown): keys is readonly Uint8Array[] {
  const isKey = (key: unknown): boolean =>
    key instanceof Uint8Array && key.length === ENVELOPE_KEY_OCTETS
  return Array.isArray(keys) && keys.length > 0 && keys.every(isKey)
}

/** The same for all processes that have the same envelope key. */
function defaultSecret(keys: SigningKeys | KeptSigningKeys | undefined): Uint8Array {
  if (keys === undefined || !isKept(keys) || !areEnvelopeKeys(keys.envelopeKeys)) {
    return randomBytes(32)
  }
  return deriveSecret(keys.envelopeKeys[0] as Uint8Array, 'dpop nonces')
}

/** Whether a text is an address or a network in CIDR notation. */
function isNetwork(text: unknown): boolean {
  if (typeof text !== 'string') return false
  const [address = '', bits, rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest !== undefined) return false
  // A network of 0 bits is everybody, and everybody could say where a request is from.
  if (bits === undefined) return true
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}

/** Why a certificate and a key can't be used together; `undefined` when they can. */
export function describeTlsProblem({ certificate, key }: TlsOptions): string | undefined {
  try {
    void new X509Certificate(certificate)
  } catch {
    return 'the certificate is not one in PEM'
  }
  try {
    createSecureContext({ cert: certificate, key })
  } catch (error) {
    // OpenSSL's words hold nothing of the key.
    const isMismatch = /mismatch/i.test(error instanceof Error ? error.message : '')
    return isMismatch
      ? 'the private key is not that of the certificate'
      : 'the private key is not one in PEM without a passphrase'
  }
  return undefined
}

const MAX_ROTATE_AFTER_DAYS = 1095
const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/

function issuerProblem(issuer: unknown): string | undefined {
  const example = 'such as https://auth.example.com'
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return `must be a URL, ${example}`
  const url = new URL(issuer)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `must be an https URL, ${example}`
  if (url.origin !== issuer) {
    return `must be an origin in its normal form, without a path or a slash at the end: ${url.origin}`
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    return 'must be https; http is for loopback alone (127.0.0.1, localhost)'
  }
  return undefined
}
