/**
 * Tokens that are kept between calls: one file for each, of mode 0600 in a directory of mode 0700. This
 * file loads next to nothing, because most calls need nothing else.
 * @module
 */

import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { ClientChoice } from './client-choice.ts'

/** A token as it is kept. */
export interface KeptToken {
  /** The token client's name for it. */
  readonly name: string
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** NumericDate of this machine at which it was asked for. */
  readonly obtainedAt: number
  readonly lifetimeSeconds: number
  readonly scope?: string
}

type Env = Readonly<Record<string, string | undefined>>

const MAX_OCTETS = 65_536
const OTHERS = 0o077
/** A token has to live for the call that it is got for: this long, or a fifth of a short life. */
const LEFT_SECONDS = 30
const LEFT_PART = 0.2
/** A clock that was set back makes tokens from the future. */
const FUTURE_SECONDS = 60

/** Where tokens are kept. */
export function keptTokensDirectory(env: Env): string {
  const base = env['XDG_CACHE_HOME'] ?? ''
  const home = env['HOME'] ?? ''
  const byDefault = join(home === '' ? homedir() : home, '.cache')
  return join(isAbsolute(base) ? base : byDefault, 'keygrant', 'tokens')
}

/**
 * The file of the token that a client asks for: the same for each call that wants the same, with the
 * same key.
 */
export function keptTokenFile(env: Env, choice: ClientChoice): string {
  const { issuer, tokenEndpoint, clientId, scope, resource, audience } = choice
  const { key, kid, alg, dpopKey } = choice
  const scopes = [...new Set(scope?.split(' '))].filter((each) => each !== '')
  scopes.sort()
  // A key that is held as a text has no name: its digest is hashed once more with all the rest.
  const keyName =
    typeof key === 'string' ? key : createHash('sha256').update(key.text).digest('hex')
  const who = [issuer, tokenEndpoint, clientId, audience, keyName, kid, alg, dpopKey]
  const wanted = [...who, scopes, resource]
  const hash = createHash('sha256').update(JSON.stringify(wanted.map((each) => each ?? null)))
  return join(keptTokensDirectory(env), `${hash.digest('hex').slice(0, 40)}.json`)
}

/**
 * Reads a token that is kept; `undefined` when there is none, it is no longer good, or others could
 * have read or written the file.
 */
export function readKeptToken(file: string, nowSeconds: number): KeptToken | undefined {
  const token = readAnyToken(file)
  if (token === undefined || token.obtainedAt > nowSeconds + FUTURE_SECONDS) return undefined
  const left = secondsLeft(token, nowSeconds)
  return left > Math.min(LEFT_SECONDS, token.lifetimeSeconds * LEFT_PART) ? token : undefined
}

/** Reads a token that is kept, also one that has expired. */
export function readAnyToken(file: string): KeptToken | undefined {
  try {
    const handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      const { mode, uid, size } = fstatSync(handle)
      const isOwn = process.getuid === undefined || uid === process.getuid()
      const isPrivate = process.platform === 'win32' || (mode & OTHERS) === 0
      if (!isOwn || !isPrivate || size > MAX_OCTETS) return undefined
      return asToken(JSON.parse(readFileSync(handle, 'utf8')))
    } finally {
      closeSync(handle)
    }
  } catch {
    return undefined
  }
}

/** How long a token is good for, in seconds. */
export function secondsLeft(
  { obtainedAt, lifetimeSeconds }: Pick<KeptToken, 'obtainedAt' | 'lifetimeSeconds'>,
  nowSeconds: number,
): number {
  return obtainedAt + lifetimeSeconds - nowSeconds
}

function asToken(value: unknown): KeptToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { name, accessToken, tokenType, obtainedAt, lifetimeSeconds } = value as Partial<KeptToken>
  const isSound =
    typeof name === 'string' &&
    typeof accessToken === 'string' &&
    /^[\x21-\x7e]+$/.test(accessToken) &&
    (tokenType === 'Bearer' || tokenType === 'DPoP') &&
    typeof obtainedAt === 'number' &&
    typeof lifetimeSeconds === 'number'
  return isSound ? (value as KeptToken) : undefined
}
