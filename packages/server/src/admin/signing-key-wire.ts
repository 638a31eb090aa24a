/**
 * The server's signing keys on the wire: Okta's `AuthorizationServerJsonWebKey`, with the times of a key's life
 * beside it.
 * @module
 */

import type { PublicKey } from '@keygrant/core/keys'
import { PUBLISHED_BEFORE_USE_MS, type RingKey } from '../signing-key-ring.ts'
import { date, link, publicMembers } from './wire.ts'

/** A signing key, as `/api/v1/authorizationServers/{id}/credentials/keys` shows it. */
export interface SigningKeyJson {
  readonly kid: string
  readonly kty: string
  readonly alg: string | undefined
  readonly use: 'sig'
  readonly status: 'ACTIVE' | 'NEXT' | 'EXPIRED'
  /** Our own: when it was published. */
  readonly created?: string
  /** Our own: when it began to sign, or may do so at the earliest. */
  readonly activated?: string
  readonly activatesFrom?: string
  /** Our own: when the next one takes over by itself. */
  readonly nextRotation?: string
  /** Our own: when it ended, and how. */
  readonly retired?: string
  readonly revoked?: string
  readonly _links: object
  readonly [member: string]: unknown
}

/** Where a key is shown, and when the next one takes over. */
export interface SigningKeyPlace {
  readonly issuer: string
  readonly resourceId: string
  readonly rotatesAt: number | undefined
}

const STATUSES = {
  current: 'ACTIVE',
  next: 'NEXT',
  previous: 'EXPIRED',
  revoked: 'EXPIRED',
} as const

/** Writes a signing key of the store. */
export function signingKeyJson(key: RingKey, place: SigningKeyPlace): SigningKeyJson {
  const json = fixedKeyJson(key, STATUSES[key.state], place)
  return { ...json, alg: key.alg, created: date(key.published), ...times(key, place) }
}

/** Writes a signing key that the server was given: nothing is known of its life. */
export function fixedKeyJson(
  { kid, jwk }: Pick<PublicKey, 'kid' | 'jwk'>,
  status: SigningKeyJson['status'],
  { issuer, resourceId }: Pick<SigningKeyPlace, 'issuer' | 'resourceId'>,
): SigningKeyJson {
  const url = `${issuer}/api/v1/authorizationServers/${resourceId}/credentials/keys/${kid}`
  return {
    kid,
    kty: jwk.kty,
    alg: jwk.alg,
    use: 'sig',
    ...publicMembers(jwk),
    status,
    _links: { self: link(url, 'GET') },
  }
}

function times(key: RingKey, { rotatesAt }: SigningKeyPlace): Partial<SigningKeyJson> {
  switch (key.state) {
    case 'current':
      return {
        activated: date(key.activated),
        ...(rotatesAt === undefined ? undefined : { nextRotation: date(rotatesAt) }),
      }
    case 'next':
      return { activatesFrom: date(key.published + PUBLISHED_BEFORE_USE_MS) }
    case 'previous':
      return { activated: date(key.activated), retired: date(key.retired) }
    case 'revoked':
      return { revoked: date(key.revoked) }
  }
}
