/**
 * What the server said of the key in the frame, once somebody had it asked.
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { AppKey } from '../console/wire.ts'
import type { HeldKey } from '../vault/messages.ts'
import { heldKey } from './vault-frame.ts'

/** What is known. */
export type Registration =
  | { readonly is: 'unasked' | 'asking' | 'no_client' | 'signed_out' | 'no_app' }
  /** The same public key, with the name and the state that it has there. */
  | { readonly is: 'known'; readonly key: AppKey }
  /** Others are registered, by these names. */
  | { readonly is: 'absent'; readonly kids: readonly string[] }
  | { readonly is: 'failed'; readonly sentences: readonly string[] }

/** What is known of the key in the frame, for the client of step 2. */
export const registration: Signal<Registration> = signal({ is: 'unasked' })

/** Why a registered key is refused all the same, and since when; `undefined` of one that is good. */
export function endOf(
  key: AppKey,
): { readonly why: 'revoked' | 'inactive' | 'expired'; readonly at: string } | undefined {
  if (key.revoked !== undefined) return { why: 'revoked', at: key.revoked }
  if (key.status === 'INACTIVE') return { why: 'inactive', at: key.lastUpdated }
  return key.expires_at !== null && Date.parse(key.expires_at) <= Date.now()
    ? { why: 'expired', at: key.expires_at }
    : undefined
}

/** The key that the server will judge by: what it said, or that of the frame while it said nothing. */
export const expectedKey: ReadonlySignal<HeldKey | undefined> = computed(() => {
  const [held, known] = [heldKey.value, registration.value]
  if (held === undefined || known.is === 'absent' || known.is === 'no_app') return undefined
  if (known.is !== 'known') return held
  return endOf(known.key) === undefined
    ? { ...held, jwk: { ...held.jwk, kid: known.key.kid } }
    : undefined
})
