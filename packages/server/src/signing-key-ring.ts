/**
 * The life of the server's signing keys, as a document and what becomes of it: next, then current, then
 * previous, or revoked. Pure: time and new keys are passed in.
 * @module
 */

import type { JwsAlgorithmName, PublicKey } from '@keygrant/core/keys'
import { TOKEN_LIFETIME_SECONDS } from './app-policy.ts'
import { KEYS_MAX_AGE_SECONDS, type SigningAlgorithm } from './signing-keys.ts'

interface RingKeyBase {
  readonly kid: string
  readonly alg: JwsAlgorithmName
  readonly jwk: PublicKey['jwk']
  /** When it was published. Milliseconds since 1970, as all times here. */
  readonly published: number
}

/** Is published, so that verifiers know it by the time it signs. */
export interface NextKey extends RingKeyBase {
  readonly state: 'next'
  /** Its private half, sealed. */
  readonly sealed: string
}

/** Signs. */
export interface CurrentKey extends RingKeyBase {
  readonly state: 'current'
  readonly sealed: string
  readonly activated: number
}

/** Signs no more, and is published for as long as tokens of it are out. Its private half is gone. */
export interface PreviousKey extends RingKeyBase {
  readonly state: 'previous'
  readonly activated: number
  readonly retired: number
}

/** Is published no more: whatever it signed is void. Is remembered for a while, to be looked at. */
export interface RevokedKey extends RingKeyBase {
  readonly state: 'revoked'
  readonly revoked: number
}

/** A key of the ring. */
export type RingKey = NextKey | CurrentKey | PreviousKey | RevokedKey

/** The signing keys of a server: always one that signs and one that is next. */
export interface SigningKeyRing {
  /** The algorithm of new keys. */
  readonly algorithm: SigningAlgorithm
  /** The next key takes over as soon as it may: an administrator asked for that. */
  readonly isRotationWanted: boolean
  readonly keys: readonly RingKey[]
}

/** A key that was made and is in no ring yet. */
export type NewKey = Pick<NextKey, 'kid' | 'alg' | 'jwk' | 'sealed'>

/** What happened to a key. */
export interface RingEvent {
  readonly event: 'created' | 'activated' | 'retired' | 'revoked' | 'removed'
  readonly key: RingKey
}

/** A ring as it is from now on, and what happened. */
export interface RingChange {
  readonly ring: SigningKeyRing
  readonly events: readonly RingEvent[]
}

/** Why a ring stays as it is. */
export type RingRefusal =
  | { readonly refused: 'unknown_key' }
  | { readonly refused: 'already_revoked' }
  /** The next key may not sign before. */
  | { readonly refused: 'too_early'; readonly mayRotateAt: number }

const SECOND_MS = 1000
const DAY_MS = 86_400_000
/** Clocks of two processes differ by less. */
const CLOCK_MARGIN_SECONDS = 60
/** A key is published for this long before it signs: nobody has keys from before in their cache then. */
export const PUBLISHED_BEFORE_USE_MS: number =
  (KEYS_MAX_AGE_SECONDS + CLOCK_MARGIN_SECONDS) * SECOND_MS
/** The longest life of an access token, and time for a process that slept to sign its last ones. */
const PUBLISHED_AFTER_USE_MS = (TOKEN_LIFETIME_SECONDS.max + 600) * SECOND_MS
const REVOKED_IS_SHOWN_MS = 90 * DAY_MS

/** A ring of two new keys: the first signs at once, because nobody has any keys of this server yet. */
export function createRing(
  algorithm: SigningAlgorithm,
  [current, next]: readonly [NewKey, NewKey],
  now: number,
): RingChange {
  const first: CurrentKey = { ...current, state: 'current', published: now, activated: now }
  const second: NextKey = { ...next, state: 'next', published: now }
  const ring = { algorithm, isRotationWanted: false, keys: [first, second] }
  return { ring, events: ring.keys.map((key) => ({ event: 'created', key })) }
}

/** A ring of new keys in place of one whose private halves are lost. What those signed stays good. */
export function replaceLost(
  before: SigningKeyRing,
  made: readonly [NewKey, NewKey],
  now: number,
): RingChange {
  const { ring, events } = createRing(before.algorithm, made, now)
  const retired = asPrevious(currentKey(before), now)
  const kept = before.keys.filter(({ state }) => state === 'previous' || state === 'revoked')
  return {
    ring: { ...ring, keys: [...ring.keys, retired, ...kept] },
    events: [{ event: 'retired', key: retired }, ...events],
  }
}

/** The key that signs. */
export function currentKey({ keys }: SigningKeyRing): CurrentKey {
  return keys.find((key) => key.state === 'current') as CurrentKey
}

/** The key that signs next. */
export function nextKey({ keys }: SigningKeyRing): NextKey {
  return keys.find((key) => key.state === 'next') as NextKey
}

/** The keys that are published: the one that signs, then the next one, then those of before. */
export function publishedKeys(ring: SigningKeyRing): readonly RingKey[] {
  return [currentKey(ring), nextKey(ring), ...ring.keys.filter(({ state }) => state === 'previous')]
}

/** When the next key may take over. */
export function mayRotateAt(ring: SigningKeyRing): number {
  return nextKey(ring).published + PUBLISHED_BEFORE_USE_MS
}

/** When the next key takes over by itself; `undefined` when it does not. */
export function rotatesAt(ring: SigningKeyRing, rotateAfterDays: number): number | undefined {
  const earliest = mayRotateAt(ring)
  if (ring.isRotationWanted) return earliest
  if (rotateAfterDays === 0) return undefined
  return Math.max(earliest, currentKey(ring).activated + rotateAfterDays * DAY_MS)
}

/** Whether {@link upkeep} would change anything. */
export function isUpkeepDue(ring: SigningKeyRing, now: number, rotateAfterDays: number): boolean {
  return isRotationDue(ring, now, rotateAfterDays) || ring.keys.some((key) => isOver(key, now))
}

/** Does what time has made due: lets the next key take over, and forgets keys. `made` becomes the next one. */
export function upkeep(
  before: SigningKeyRing,
  made: NewKey,
  now: number,
  rotateAfterDays: number,
): RingChange {
  // A key of another algorithm was asked for meanwhile: the next round makes one.
  const isTurn = isRotationDue(before, now, rotateAfterDays) && made.alg === before.algorithm
  const { ring, events } = isTurn ? takeOver(before, made, now) : { ring: before, events: [] }
  const over = ring.keys.filter((key) => isOver(key, now))
  if (over.length === 0) return { ring, events }
  return {
    ring: { ...ring, keys: ring.keys.filter((key) => !over.includes(key)) },
    events: [...events, ...over.map((key) => ({ event: 'removed' as const, key }))],
  }
}

/**
 * Lets the next key take over, if verifiers have had the time to learn of it. With another algorithm a new
 * key becomes the next one first, and takes over when it may.
 */
export function rotate(
  ring: SigningKeyRing,
  algorithm: SigningAlgorithm,
  made: NewKey,
  now: number,
): RingChange | RingRefusal {
  if (algorithm !== nextKey(ring).alg) return replaceNext(ring, algorithm, made, now)
  const earliest = mayRotateAt(ring)
  if (now < earliest) return { refused: 'too_early', mayRotateAt: earliest }
  return takeOver(ring, made, now)
}

/** Takes a key out of use and out of sight at once. What becomes the next key is `made`. */
export function revoke(
  ring: SigningKeyRing,
  kid: string,
  made: NewKey,
  now: number,
): RingChange | RingRefusal {
  const key = ring.keys.find((each) => each.kid === kid)
  if (key === undefined) return { refused: 'unknown_key' }
  if (key.state === 'revoked') return { refused: 'already_revoked' }
  const { jwk, alg, published } = key
  const revoked: RevokedKey = { kid, alg, jwk, published, state: 'revoked', revoked: now }
  const others = ring.keys.filter((each) => each !== key)
  const event: RingEvent = { event: 'revoked', key: revoked }
  switch (key.state) {
    case 'previous':
      return { ring: { ...ring, keys: [...others, revoked] }, events: [event] }
    case 'next': {
      const next = asNext(made, now)
      return {
        ring: { ...ring, keys: [...others, next, revoked] },
        events: [event, { event: 'created', key: next }],
      }
    }
    case 'current': {
      // However long it was published: a verifier that looks again is better off than one that trusts a thief.
      const { ring: turned, events } = takeOver(ring, made, now)
      const keys = turned.keys.map((each) => (each.kid === kid ? revoked : each))
      return {
        ring: { ...turned, keys },
        events: [event, ...events.filter((each) => each.key.kid !== kid)],
      }
    }
  }
}

function replaceNext(
  ring: SigningKeyRing,
  algorithm: SigningAlgorithm,
  made: NewKey,
  now: number,
): RingChange {
  const before = nextKey(ring)
  const next = asNext(made, now)
  return {
    // It never signed anything.
    ring: {
      algorithm,
      isRotationWanted: true,
      keys: ring.keys.map((key) => (key === before ? next : key)),
    },
    events: [
      { event: 'removed', key: before },
      { event: 'created', key: next },
    ],
  }
}

function takeOver(ring: SigningKeyRing, made: NewKey, now: number): RingChange {
  const before = currentKey(ring)
  const successor = nextKey(ring)
  const previous = asPrevious(before, now)
  const current: CurrentKey = { ...successor, state: 'current', activated: now }
  const next = asNext(made, now)
  const others = ring.keys.filter((key) => key !== before && key !== successor)
  return {
    ring: { ...ring, isRotationWanted: false, keys: [current, next, previous, ...others] },
    events: [
      { event: 'retired', key: previous },
      { event: 'activated', key: current },
      { event: 'created', key: next },
    ],
  }
}

/** Its private half is not needed any more, so it is not kept. */
function asPrevious({ sealed: _sealed, ...key }: CurrentKey, now: number): PreviousKey {
  return { ...key, state: 'previous', retired: now }
}

function asNext(made: NewKey, now: number): NextKey {
  return { ...made, state: 'next', published: now }
}

function isRotationDue(ring: SigningKeyRing, now: number, rotateAfterDays: number): boolean {
  const at = rotatesAt(ring, rotateAfterDays)
  return at !== undefined && now >= at
}

function isOver(key: RingKey, now: number): boolean {
  if (key.state === 'previous') return now >= key.retired + PUBLISHED_AFTER_USE_MS
  return key.state === 'revoked' && now >= key.revoked + REVOKED_IS_SHOWN_MS
}
