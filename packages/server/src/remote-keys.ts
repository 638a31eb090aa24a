/**
 * The keys of clients that publish them at a `jwks_uri`: fetched when needed, kept as long as they say.
 * @module
 */

import { HttpError, UnavailableError } from '@keygrant/core/errors'
import type { PublicKey } from '@keygrant/core/keys'
import { createJwksCache, type JwksCache } from '@keygrant/core/resource'
import { describeFetchFailure, JwksFault } from './jwks-fetcher.ts'
import type { JwksOutcome } from './jwks-states.ts'

/** A client that publishes its keys. */
export interface RemoteClient {
  readonly clientId: string
  readonly jwksUri: string
}

/** What became of a client's published keys, for the log. */
export type RemoteKeysEvent =
  | { readonly kind: 'refused'; readonly clientId: string; readonly reason: string }
  | { readonly kind: 'replaced'; readonly clientId: string; readonly kid: string }

/** The keys of clients that publish them. */
export interface RemoteKeys {
  /**
   * The keys to judge an assertion of this `kid` with; without a promise when they are held and fresh.
   * None when what the client publishes can't be used.
   *
   * @throws {@link UnavailableError} `ERR_JWKS_UNAVAILABLE` when the network failed and none are held.
   */
  keysFor(
    client: RemoteClient,
    kid: string | undefined,
  ): readonly PublicKey[] | Promise<readonly PublicKey[]>
  /** The keys that are held of a client, fresh or not; asks nobody. */
  held(client: RemoteClient): readonly PublicKey[]
  /** Until when what is held of a client counts, in milliseconds since 1970; `undefined` when nothing is. */
  usableUntil(client: RemoteClient): number | undefined
  /** Whether a key may still be one of a client's: not, when a set is held and it is not in there. */
  mayHold(client: RemoteClient, kid: string): boolean
}

/** What {@link createRemoteKeys} needs. */
export interface RemoteKeysOptions {
  /** That of a `createJwksFetcher`. */
  readonly fetch: typeof fetch
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly onEvent?: (event: RemoteKeysEvent) => void
  /** Is told of each fetch. */
  readonly onFetch?: (outcome: JwksOutcome) => void
}

const TIMEOUT_MS = 3000
const COOLDOWN_SECONDS = 30
const DEFAULT_FRESH_SECONDS = 300
const MIN_FRESH_SECONDS = 10
/** A key that its owner took out of the set counts no longer than this. */
const MAX_FRESH_SECONDS = 300
const MAX_STALE_SECONDS = 3600
/** Clients whose sets are held at once. */
const MAX_CLIENTS = 10_000

interface Held {
  readonly jwksUri: string
  readonly cache: JwksCache
  /** The key of each `kid` as it was last seen. */
  seen: ReadonlyMap<string, string>
  keys: readonly PublicKey[] | undefined
  lastReason: string | undefined
}

/** Makes the keeper of published keys. A client whose `jwks_uri` changes begins anew. */
export function createRemoteKeys({
  fetch,
  clock,
  onEvent,
  onFetch,
}: RemoteKeysOptions): RemoteKeys {
  const clients = new Map<string, Held>()

  const watched =
    (client: RemoteClient): typeof globalThis.fetch =>
    async (input, init) => {
      try {
        const answer = await fetch(input, init)
        onFetch?.({ ...client, fault: undefined })
        return answer
      } catch (error) {
        onFetch?.({ ...client, fault: describeFetchFailure(error) })
        throw error
      }
    }

  const heldOf = ({ clientId, jwksUri }: RemoteClient): Held => {
    const known = clients.get(clientId)
    if (known?.jwksUri === jwksUri) return known
    const cache = createJwksCache({
      jwksUri,
      fetch: watched({ clientId, jwksUri }),
      timeoutMs: TIMEOUT_MS,
      cooldownSeconds: COOLDOWN_SECONDS,
      defaultFreshSeconds: DEFAULT_FRESH_SECONDS,
      minFreshSeconds: MIN_FRESH_SECONDS,
      maxFreshSeconds: MAX_FRESH_SECONDS,
      maxStaleSeconds: MAX_STALE_SECONDS,
      isEmptySetAccepted: true,
      clock: () => clock() / 1000,
    })
    const held: Held = {
      jwksUri,
      cache,
      seen: new Map(),
      keys: undefined,
      lastReason: undefined,
    }
    if (clients.size >= MAX_CLIENTS) clients.delete(clients.keys().next().value as string)
    clients.set(clientId, held)
    return held
  }

  const fetchKeys = async (
    { clientId }: RemoteClient,
    held: Held,
    kid: string | undefined,
  ): Promise<readonly PublicKey[]> => {
    try {
      const keys = await held.cache.keysFor(kid)
      held.lastReason = undefined
      noteReplaced(clientId, held, keys)
      return keys
    } catch (error) {
      const fault = faultOf(error)
      if (fault === undefined) throw error
      if (held.lastReason !== fault) onEvent?.({ kind: 'refused', clientId, reason: fault })
      held.lastReason = fault
      return []
    }
  }

  const noteReplaced = (clientId: string, held: Held, keys: readonly PublicKey[]): void => {
    if (held.keys === keys) return
    const now = new Map(keys.map((key) => [key.kid, JSON.stringify(key.jwk)]))
    for (const [kid, jwk] of now) {
      const before = held.seen.get(kid)
      if (before !== undefined && before !== jwk) onEvent?.({ kind: 'replaced', clientId, kid })
    }
    held.seen = now
    held.keys = keys
  }

  return {
    keysFor(client, kid) {
      const held = heldOf(client)
      return held.cache.peek(kid) ?? fetchKeys(client, held, kid)
    },
    held: ({ clientId, jwksUri }) => {
      const known = clients.get(clientId)
      return known?.jwksUri === jwksUri ? (known.keys ?? []) : []
    },
    usableUntil: ({ clientId, jwksUri }) => {
      const known = clients.get(clientId)
      const freshUntil = known?.jwksUri === jwksUri ? known.cache.status().freshUntil : undefined
      return freshUntil === undefined ? undefined : (freshUntil + MAX_STALE_SECONDS) * 1000
    },
    mayHold(client, kid) {
      const { fetchedAt, kids } = heldOf(client).cache.status()
      return fetchedAt === undefined || kids.includes(kid)
    },
  }
}

/** Why what a client publishes can't be used; `undefined` when the network failed. */
function faultOf(error: unknown): string | undefined {
  if (!(error instanceof UnavailableError)) return undefined
  const { cause } = error
  if (!(cause instanceof HttpError)) return undefined
  if (cause.cause instanceof JwksFault) return cause.cause.message
  return cause.code === 'ERR_HTTP_NOT_JSON' ? 'the answer is not strict JSON' : undefined
}
