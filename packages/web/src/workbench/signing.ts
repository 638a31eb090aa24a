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
let usedJti: unknown

/** Makes the JWT; `undefined` when it could not be made. */
export async function generateJwt(): Promise<SignedJwt | undefined> {
  const read = reading.value
  if (!read.ok) return undefined
  const ahead = followsServerClock.value ? (clockAhead.value ?? 0) : 0
  const now = Math.floor(Date.now() / 1000) - ahead
  const { claims, added } = complete(read.claims, now)
  const broken = fault.value
  const whole: Draft = { header: headerOf(), claims, isThrowaway: false }
  const draft = broken?.breakDraft?.(whole, { now, usedJti }) ?? whole
  try {
    const made = await signInVault({
      alg: alg.value,
      header: JSON.stringify(draft.header),
      payload: draft.payload ?? JSON.stringify(draft.claims),
      isThrowaway: draft.isThrowaway,
    })
    const jwt = (await broken?.breakJwt?.(made)) ?? made
    signed.value = { jwt, claims: draft.claims, clientId: claims['sub'], added, fault: broken }
    signFault.value = undefined
  } catch (error) {
    signed.value = undefined
    signFault.value = error instanceof Error ? error.message : String(error)
  }
  return signed.value
}

/** Notes that the JWT was sent: when the server took it, its `jti` is used up. */
export function noteSent(isAccepted: boolean): void {
  const made = signed.value
  if (made === undefined) return
  if (isAccepted) usedJti = made.claims['jti']
  const at = made.sent?.at ?? Math.floor(Date.now() / 1000)
  signed.value = { ...made, sent: { at, isAccepted: isAccepted || isUsed(made) } }
}

/** Whether a server took this `jti` before. */
export function isUsed({ claims, sent }: SignedJwt): boolean {
  const { jti } = claims
  return sent?.isAccepted === true || (jti !== undefined && jti === usedJti)
}

function headerOf(): Claims {
  return {
    alg: alg.value,
    ...(kid.value === '' ? undefined : { kid: kid.value }),
    ...(typ.value === '' ? undefined : { typ: typ.value }),
  }
}

/** Seconds since 1970 by the clock that judges: the server's, as far as it is known. */
export function serverClock(): number {
  return Math.floor(Date.now() / 1000) - (clockAhead.value ?? 0)
}
