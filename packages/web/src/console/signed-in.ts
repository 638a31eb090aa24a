/**
 * Asks the server of the page who is signed in at its console. Loaded where somebody was.
 * @module
 */

import type { OwnSession } from './wire.ts'
import { keep } from '../parts/kept.ts'
import { person, SIGNED_IN_AS } from '../parts/account.tsx'

/** Asks; without an answer the head stays as it is. */
export async function askWhoIsSignedIn(): Promise<void> {
  const response = await fetch('./api/v1/sessions/me', { cache: 'no-store', redirect: 'error' })
  if (response.status === 401) keep(SIGNED_IN_AS, undefined)
  if (!response.ok) return
  person.value = nameOf((await response.json()) as OwnSession)
}

/** What a person is called. */
export function nameOf({ profile, login }: Pick<OwnSession, 'profile' | 'login'>): string {
  return profile.firstName ?? login
}
