/**
 * Access tokens that were revoked one by one. They are remembered, like what was used once, until they
 * would have expired.
 * @module
 */

import { createHash } from 'node:crypto'
import type { ReplayStore, SingleUse } from './storage/ports.ts'

/** An access token, by what identifies it. */
export interface TokenName {
  readonly jti: string
  /** NumericDate. */
  readonly exp: number
  /** NumericDate. */
  readonly iat: number
}

/** The tokens that were revoked. */
export interface Revocations {
  /** Revokes a token, durably; `false` when it was revoked before. */
  revoke(token: TokenName): Promise<boolean>
  isRevoked(token: TokenName): Promise<boolean>
}

/**
 * The revoked tokens of a store. Those that were issued before `knownSince` count as revoked: the store no longer knows
 * whether they were.
 */
export function createRevocations(
  replay: ReplayStore,
  knownSince: () => number = () => 0,
): Revocations {
  return {
    revoke: (token) => replay.recordOnce(revocationOf(token)),
    isRevoked: async (token) =>
      token.iat < knownSince() || (await replay.isRecorded(revocationOf(token))),
  }
}

function revocationOf({ jti, exp }: TokenName): SingleUse {
  const replayKey = createHash('sha256').update(`revoked token ${jti}`).digest()
  return { replayKey, expiresAt: exp }
}
