/**
 * The JWT: made of header and claims in the frame that holds the key.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { alg, type Claims, complete, followsServerClock, kid, reading, typ } from './claims.ts'
import type { Fault } from './faults.ts'
import { clockAhead } from './server.ts'
import { signInVault } from './vault-frame.ts'

/** A JWT that was made here. */
export interface SignedJwt {
  readonly jwt: string
  readonly claims: Claims
  /** The client that is meant, whatever the JWT says once it is broken on purpose. */
  readonly clientId: unknown
  /** The claims that were not in the text. */
  readonly added: readonly string[]
  /** How it was broken on purpose. */
  readonly fault: Fault | undefined
  /** What became of it; `undefined` while it was not sent. */
  readonly sent?: { readonly at: number; readonly isAccepted: boolean }
}

/** What is to be signed, before and after it is broken on purpose. */
export interface Draft {
  readonly header: Claims
  readonly claims: Claims
  /** The text that is signed, when it is not the claims as JSON. */
  readonly payload?: string
  readonly isThrowaway: boolean
}

/** The JWT; `undefined` until there is one. */
export const signed: Signal<SignedJwt | undefined> = signal(undefined)
/** Why there is none. */
export const signFault: Signal<string | undefined> = signal(undefined)
/** The fault that is put in on purpose. */
export const fault: Signal<Fault | undefined> = signal(undefined)

/** The last `jti` that a server took: a fault uses it again. */
export const usedJti: Signal<unknown> = signal(undefined)
/** Seconds since 1970 by the clock that judges; it goes on once a second while the page is open. */
export const now: Signal<number> = signal(0)

/** Makes the JWT; `undefined` when it could not be made. */
export async function generateJwt(): Promise<SignedJwt | undefined> {
  try {
    signed.value = await makeJwt(fault.value)
    signFault.value = undefined
  } catch (error) {
    signed.value = undefined
    signFault.value = error instanceof Error ? error.message : String(error)
  }
  return signed.value
}

/** Has a JWT signed, whole or with something broken; `undefined` while the claims are no JSON. */
export async function makeJwt(broken: Fault | undefined): Promise<SignedJwt | undefined> {
  const read = reading.peek()
  if (!read.ok) return undefined
  const ahead = followsServerClock.peek() ? (clockAhead.peek() ?? 0) : 0
  const at = Math.floor(Date.now() / 1000) - ahead
  const { claims, added } = complete(read.claims, at)
  const whole: Draft = { header: headerOf(), claims, isThrowaway: false }
  const moment = { now: at, usedJti: usedJti.peek() }
  const draft = broken?.breakDraft?.(whole, moment) ?? whole
  const made = await signInVault({
    alg: alg.peek(),
    header: JSON.stringify(draft.header),
    payload: draft.payload ?? JSON.stringify(draft.claims),
    isThrowaway: draft.isThrowaway,
  })
  const jwt = (await broken?.breakJwt?.(made)) ?? made
  return { jwt, claims: draft.claims, clientId: claims['sub'], added, fault: broken }
}

/** Notes that the JWT was sent: when the server took it, its `jti` is used up. */
export function noteSent(isAccepted: boolean): void {
  const made = signed.value
  if (made === undefined) return
  if (isAccepted) usedJti.value = made.claims['jti']
  const at = made.sent?.at ?? Math.floor(Date.now() / 1000)
  signed.value = { ...made, sent: { at, isAccepted: isAccepted || isUsed(made) } }
}

/** Whether a server took this `jti` before. */
export function isUsed({ claims, sent }: SignedJwt): boolean {
  const { jti } = claims
  return sent?.isAccepted === true || (jti !== undefined && jti === usedJti.value)
}

function headerOf(): Claims {
  return {
    alg: alg.peek(),
    ...(kid.peek() === '' ? undefined : { kid: kid.peek() }),
    ...(typ.peek() === '' ? undefined : { typ: typ.peek() }),
  }
}

/** Seconds since 1970 by the clock that judges: the server's, as far as it is known. */
export function serverClock(): number {
  return Math.floor(Date.now() / 1000) - (clockAhead.value ?? 0)
}
