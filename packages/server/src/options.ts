/**
 * Every option of the server with its default; all that is wrong with them is said at once.
 * @module
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { KeygrantError } from '@keygrant/core/errors'
import type { FastifyBaseLogger } from 'fastify'
import type { SigningKeys } from './signing-keys.ts'
import type { Storage } from './storage/ports.ts'

/** A logger of pino's shape. */
export type Logger = FastifyBaseLogger

/** Options of `createAuthorizationServer`. */
export interface AuthorizationServerOptions {
  /**
   * The issuer identifier: an `https` origin such as `https://auth.example.com`, without a slash at the
   * end. `http` is allowed for loopback alone. Clients compare it letter by letter.
   */
  readonly issuer: string
  /** Where everything is kept; open. The server does not close it. */
  readonly storage: Storage
  /** Sign access tokens. */
  readonly signingKeys: SigningKeys
  /** What is expected of client assertions. Default: `okta`. */
  readonly profile?: 'okta' | 'strict'
  /**
   * Whether a refused token request gets the whole report in its answer. It tells strangers what is
   * registered: for a developer's own machine. Default: false.
   */
  readonly isDevelopment?: boolean
  /** The time, in milliseconds since 1970. Default: the clock of this machine. */
  readonly clock?: () => number
  /** Where to log requests: a pino logger, `true` for standard output. Default: false. */
  readonly log?: boolean | Logger
  /**
   * The folder of the pages for the browser, which the command line's package holds as `ui`: the
   * inspector is then served at `/inspector`. Default: no pages.
   */
  readonly uiDirectory?: string
}

/** The options with their defaults. */
export type CompleteOptions = Required<Omit<AuthorizationServerOptions, 'uiDirectory'>> &
  Pick<AuthorizationServerOptions, 'uiDirectory'>

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
    clock: options.clock ?? Date.now,
    log: options.log ?? false,
  }
  const problem = issuerProblem(complete.issuer)
  if (problem !== undefined) problems.push({ option: 'issuer', problem })
  if (complete.profile !== 'okta' && complete.profile !== 'strict') {
    problems.push({ option: 'profile', problem: 'must be "okta" or "strict"' })
  }
  if (typeof complete.isDevelopment !== 'boolean') {
    problems.push({ option: 'isDevelopment', problem: 'must be true or false' })
  }
  if (typeof complete.clock !== 'function') {
    problems.push({ option: 'clock', problem: 'must be a function that gives milliseconds' })
  }
  if (typeof complete.storage?.replay?.recordOnce !== 'function') {
    problems.push({ option: 'storage', problem: 'must be an open store (openSqliteStorage)' })
  }
  if (complete.signingKeys?.current === undefined) {
    problems.push({ option: 'signingKeys', problem: 'must hold a "current" key' })
  }
  const { uiDirectory } = complete
  if (uiDirectory !== undefined && !existsSync(join(uiDirectory, 'inspector.html'))) {
    problems.push({ option: 'uiDirectory', problem: 'must be a folder with "inspector.html"' })
  }
  if (problems.length > 0) throw new OptionsError(problems)
  return complete
}

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
