/**
 * What the server knows of the key: asked of its admin API, as whoever is signed in to its console, or with
 * the access token of step 4. Loaded when somebody presses for it.
 * @module
 */

import { effect, untracked } from '@preact/signals'
import { api, ApiFailure, Cancelled } from '../console/api.ts'
import { sentencesOf } from '../console/parts/failure.tsx'
import type { AppKey } from '../console/wire.ts'
import { claimOf } from './claims.ts'
import { credential, isKnown } from './credential.ts'
import { type Registration, registration } from './registration-state.ts'
import { heldKey } from './vault-frame.ts'
import type { HeldKey } from '../vault/messages.ts'

const MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'pub'] as const
const READS = ['okta.apps.read', 'okta.apps.manage'] as const
const WAIT_MS = 400

/** Compares the key in the frame with those of the app, now and whenever one of the two changes. */
export function watchRegistration(): void {
  effect(() => {
    const key = heldKey.value
    const clientId = claimOf('iss')
    registration.value = { is: 'unasked' }
    if (key === undefined) return undefined
    const timer = setTimeout(() => untracked(() => void compare(key, clientId)), WAIT_MS)
    return () => clearTimeout(timer)
  })
}

/** Compares once more. */
export function compareNow(): void {
  const key = heldKey.value
  if (key !== undefined) void compare(key, claimOf('iss'))
}

/** Registers the public half. */
export async function register(): Promise<void> {
  const key = heldKey.value
  const clientId = claimOf('iss')
  if (key === undefined) return
  await settle(async () => {
    const { body: added } = await api.post<AppKey>(keysPath(clientId), {
      body: key.jwk,
      ...credential('okta.apps.manage'),
    })
    return { is: 'known', key: added }
  })
}

async function compare(key: HeldKey, clientId: string): Promise<void> {
  if (clientId === '') {
    registration.value = { is: 'no_client' }
    return
  }
  await settle(async () => {
    if (!(await isKnown(...READS))) return { is: 'signed_out' }
    const { body } = await api.get<{ readonly keys: readonly AppKey[] }>(
      keysPath(clientId),
      credential(...READS),
    )
    const found = body.keys.find((each) => MEMBERS.every((name) => each[name] === key.jwk[name]))
    return found === undefined
      ? { is: 'absent', kids: body.keys.map(({ kid }) => kid) }
      : { is: 'known', key: found }
  })
}

/** Does something, and keeps what came out of it, if it is still about the same key and client. */
async function settle(find: () => Promise<Registration>): Promise<void> {
  const [key, clientId] = [heldKey.value, claimOf('iss')]
  registration.value = { is: 'asking' }
  let found: Registration
  try {
    found = await find()
  } catch (error) {
    found =
      error instanceof Cancelled
        ? { is: 'unasked' }
        : error instanceof ApiFailure && error.status === 404
          ? { is: 'no_app' }
          : error instanceof ApiFailure && error.status === 401
            ? { is: 'signed_out' }
            : { is: 'failed', sentences: sentencesOf(error) }
  }
  if (heldKey.value === key && claimOf('iss') === clientId) registration.value = found
}

function keysPath(clientId: string): string {
  return `/api/v1/apps/${encodeURIComponent(clientId)}/credentials/jwks`
}
