/**
 * Whose console it is: the session, how it begins and how it ends.
 * @module
 */

import { type ReadonlySignal, type Signal, computed, effect, signal } from '@preact/signals'
import { person, SIGNED_IN_AS } from '../parts/account.tsx'
import { keep } from '../parts/kept.ts'
import { nameOf } from './signed-in.ts'
import { api, ApiFailure, connectApi } from './api.ts'
import { createPasskey, usePasskey } from './passkey.ts'
import { confirmWithPasskey } from './step-up-state.ts'
import type { OwnSession, Role } from './wire.ts'

/** What is known of the session. */
export type SessionState =
  | { readonly is: 'unknown' }
  /** `wasThere`: it ended under the eyes of its person. */
  | { readonly is: 'none'; readonly wasThere: boolean }
  | { readonly is: 'failed'; readonly failure: unknown }
  | { readonly is: 'there'; readonly own: OwnSession }

/** The session. */
export const session: Signal<SessionState> = signal({ is: 'unknown' })

/** The person's session; `undefined` while nobody is signed in. */
export const own: ReadonlySignal<OwnSession | undefined> = computed(() =>
  session.value.is === 'there' ? session.value.own : undefined,
)

/** Whether the person has one of the roles. The server judges; this is for what a screen offers. */
export function hasRole(...roles: readonly Role[]): boolean {
  return own.value?.roles.some((role) => roles.includes(role)) ?? false
}

// Other pages of this browser show who it is: they ask for that once they know of somebody.
effect(() => {
  const { is } = session.value
  person.value = own.value === undefined ? undefined : nameOf(own.value)
  if (is === 'there' || is === 'none') keep(SIGNED_IN_AS, is === 'there' ? 'yes' : undefined)
})

const OWN = '/api/v1/sessions/me'

connectApi({
  csrfToken: () => own.peek()?.csrfToken,
  onSignedOut: () => {
    // Several calls may hear it at once: the first one knows.
    const before = session.peek()
    if (before.is !== 'none') session.value = { is: 'none', wasThere: before.is === 'there' }
  },
  confirm: confirmWithPasskey,
})

/** Asks the server whose session it is. */
export async function loadSession(): Promise<void> {
  try {
    begin((await api.get<OwnSession>(OWN)).body)
  } catch (failure) {
    // Signed out: the state says so already.
    if (failure instanceof ApiFailure && failure.status === 401) return
    session.value = { is: 'failed', failure }
  }
}

let renewing: Promise<void> | undefined

/** Asks again, and so keeps the session alive. The screen stays as it is, also when there is no answer. */
export function renewSession(): Promise<void> {
  renewing ??= api
    .get<OwnSession>(OWN)
    .then(({ body }) => begin(body))
    .finally(() => (renewing = undefined))
  return renewing
}

/** Signs in with a passkey. */
export async function signIn(): Promise<void> {
  const asked = await api.post<{ readonly publicKey: unknown }>('/api/v1/authn/options')
  const credential = await usePasskey(asked.body.publicKey)
  begin((await api.post<OwnSession>('/api/v1/authn', { body: { credential } })).body)
}

/** Takes an invitation up: makes a passkey, and signs in. */
export async function takeUpInvitation(sent: {
  readonly token: string
  readonly profile?: object
  readonly name: string
}): Promise<void> {
  const { token, profile } = sent
  const asked = await api.post<{ readonly publicKey: unknown }>('/api/v1/invitation/options', {
    body: { token, ...(profile === undefined ? undefined : { profile }) },
  })
  const credential = await createPasskey(asked.body.publicKey)
  const body = { ...sent, credential }
  begin((await api.post<OwnSession>('/api/v1/invitation/accept', { body })).body)
}

/** Proves once more to be there. */
export async function confirmPresence(): Promise<void> {
  const asked = await api.post<{ readonly publicKey: unknown }>(`${OWN}/confirm/options`)
  const credential = await usePasskey(asked.body.publicKey)
  begin((await api.post<OwnSession>(`${OWN}/confirm`, { body: { credential } })).body)
}

/** Signs out. */
export async function signOut(): Promise<void> {
  await api.delete(OWN)
  session.value = { is: 'none', wasThere: false }
}

function begin(found: OwnSession): void {
  session.value = { is: 'there', own: found }
}
