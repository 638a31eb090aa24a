/**
 * The answer of a server of keys: which keys it holds, and how long they are fresh.
 * @module
 */

import { HttpError, KeyError } from '../errors.ts'
import type { JsonAnswer } from '../exchange.ts'
import { isJsonObject, type JsonValue } from '../json.ts'
import { importPublicKey, type PublicKey } from '../keys/index.ts'

/** A key of the set that is not used, and why. */
export interface IgnoredKey {
  readonly kid: string | undefined
  readonly reason: string
}

const MAX_SET_KEYS = 100

/** Reads the keys that can be used; a set without any is a failure, unless it is accepted. */
export async function readJwkSet(
  { status, body }: JsonAnswer,
  url: string,
  isEmptySetAccepted: boolean,
): Promise<{ keys: readonly PublicKey[]; ignored: readonly IgnoredKey[] }> {
  const refuse = (fault: string): HttpError =>
    new HttpError('ERR_HTTP_UNEXPECTED_STATUS', `${url.split('?')[0] as string} ${fault}`, {
      method: 'GET',
      url,
      status,
    })
  if (status !== 200) throw refuse(`answered HTTP ${status} instead of a JWK Set`)
  const entries = isJsonObject(body) ? body['keys'] : undefined
  if (!Array.isArray(entries)) throw refuse('answered JSON that is no JWK Set')
  if (entries.length > MAX_SET_KEYS) {
    throw refuse(`answered a JWK Set of ${entries.length} keys; at most ${MAX_SET_KEYS} are read`)
  }
  const keys: PublicKey[] = []
  const ignored: IgnoredKey[] = []
  for (const entry of entries as readonly JsonValue[]) {
    const key = await readEntry(entry)
    if ('reason' in key) ignored.push(key)
    else if (!keys.some((each) => isSameKey(each, key))) keys.push(key)
  }
  if (keys.length > 0 || isEmptySetAccepted) return { keys, ignored }
  const reasons = ignored.map(({ reason }) => reason).join('; ')
  throw refuse(`answered a JWK Set without a usable key${reasons === '' ? '' : `: ${reasons}`}`)
}

async function readEntry(entry: JsonValue): Promise<PublicKey | IgnoredKey> {
  if (!isJsonObject(entry) || typeof entry['kty'] !== 'string' || entry['keys'] !== undefined) {
    return { kid: undefined, reason: 'an entry is no JWK' }
  }
  const kid = typeof entry['kid'] === 'string' ? entry['kid'] : undefined
  if (entry['use'] !== undefined && entry['use'] !== null && entry['use'] !== 'sig') {
    return { kid, reason: 'the key is not for signatures' }
  }
  try {
    return await importPublicKey(entry)
  } catch (error) {
    if (error instanceof KeyError) return { kid, reason: error.message }
    throw error
  }
}

function isSameKey(a: PublicKey, b: PublicKey): boolean {
  return a.kid === b.kid && JSON.stringify(a.jwk) === JSON.stringify(b.jwk)
}

/** `max-age`, less the time that the answer spent in caches; `no-store` and `no-cache` are 0. */
export function statedFreshSeconds(headers: Headers): number | undefined {
  const directives = (headers.get('cache-control') ?? '').toLowerCase().split(',')
  const names = directives.map((directive) => directive.trim())
  if (names.some((name) => /^no-(?:store|cache)(?:=|$)/.test(name))) return 0
  for (const name of names) {
    const seconds = /^max-age="?([0-9]{1,10})"?$/.exec(name)?.[1]
    if (seconds !== undefined) return Math.max(0, Number(seconds) - ageOf(headers))
  }
  return undefined
}

function ageOf(headers: Headers): number {
  const age = headers.get('age') ?? ''
  return /^[0-9]{1,10}$/.test(age) ? Number(age) : 0
}
