/**
 * A look at the keys that a client publishes, before anything depends on them: each with what is wrong with it.
 * @module
 */

import type { KeyError } from '@keygrant/core/errors'
import type { Finding } from '@keygrant/core/assertion'
import {
  checkKeyForRegistration,
  type JwkSetReading,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
  jwkThumbprint,
  type PublicKey,
} from '@keygrant/core/keys'
import { describeFetchFailure, type JwksFetcher } from './jwks-fetcher.ts'
import { type BudgetState, createBudgets } from './rate-limit.ts'

/** A key of the set. */
export interface PreviewedKey {
  readonly kid: string | undefined
  readonly kty: string | undefined
  readonly alg: string | undefined
  /** JWK Thumbprint (RFC 7638); `undefined` of what is no key. */
  readonly thumbprint: string | undefined
  /** Its public members; `undefined` of what is no key. */
  readonly jwk: PublicKey['jwk'] | undefined
  /** Whether assertions could be signed with it. */
  readonly isTaken: boolean
  readonly findings: readonly Finding[]
}

/** What a URL gives: keys, or why there are none. */
export interface JwksPreview {
  /** Why nothing of it can be used. Never says more of the network than that it failed. */
  readonly fault: string | undefined
  /** Those that can be used first. */
  readonly keys: readonly PreviewedKey[]
}

/** Looks on behalf of administrators. */
export interface JwksPreviews {
  /** Takes one out of what somebody may ask for. */
  take(actorId: string, now: number): BudgetState
  /** Looks at a URL. Whether it may be called at all, the fetcher judges. */
  look(url: string): Promise<JwksPreview>
}

const TIMEOUT_MS = 5000
/** Looks in a minute, of one administrator. */
const PER_MINUTE = 10
const MAX_ACTORS = 1000

/** Makes the previews of one process. */
export function createJwksPreviews(
  fetcher: Pick<JwksFetcher, 'look'>,
  algorithms: readonly JwsAlgorithmName[],
): JwksPreviews {
  const budgets = createBudgets(PER_MINUTE, MAX_ACTORS)
  return { take: budgets.take, look: (url) => previewJwks(fetcher, url, algorithms) }
}

async function previewJwks(
  fetcher: Pick<JwksFetcher, 'look'>,
  url: string,
  algorithms: readonly JwsAlgorithmName[],
): Promise<JwksPreview> {
  let reading: JwkSetReading
  try {
    reading = await fetcher.look(url, AbortSignal.timeout(TIMEOUT_MS))
  } catch (error) {
    return { fault: describeFetchFailure(error), keys: [] }
  }
  const good = await Promise.all(reading.keys.map((key) => previewed(key, algorithms)))
  return { fault: undefined, keys: [...good, ...reading.refused.map(refusedKey)] }
}

async function previewed(
  key: PublicKey,
  algorithms: readonly JwsAlgorithmName[],
): Promise<PreviewedKey> {
  const { kid, kty, jwk } = key
  const weaknesses = await checkKeyForRegistration(key)
  const fits = algorithms.some((alg) => key.fits(jwsAlgorithm(alg) as JwsAlgorithm))
  const findings: readonly Finding[] = fits ? weaknesses : [...weaknesses, unfit(algorithms)]
  return {
    kid,
    kty,
    alg: jwk.alg,
    thumbprint: await jwkThumbprint(jwk),
    jwk,
    isTaken: findings.every(({ severity }) => severity !== 'error'),
    findings,
  }
}

function unfit(algorithms: readonly JwsAlgorithmName[]): Finding {
  return {
    rule: 'key-fits-no-algorithm',
    severity: 'error',
    sentence: 'the key fits none of the algorithms that this server accepts',
    fix: `publish one for ${algorithms.join(', ')}`,
  }
}

function refusedKey({ index, error }: JwkSetReading['refused'][number]): PreviewedKey {
  return {
    kid: error.kid,
    kty: undefined,
    alg: undefined,
    thumbprint: undefined,
    jwk: undefined,
    isTaken: false,
    findings: [
      {
        rule: ruleOf(error),
        severity: 'error',
        sentence: `"keys"[${index}]: ${error.message}`,
        fix: error.fix ?? 'take it out of the set, or publish it as RFC 7517 says',
      },
    ],
  }
}

function ruleOf({ code }: KeyError): string {
  return code.replace(/^ERR_/, '').replaceAll('_', '-').toLowerCase()
}
