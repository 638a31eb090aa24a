/**
 * The header and the claims that a person wants. What is not there is added when the JWT is made.
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { knownIssuer, tokenEndpoint } from './server.ts'
import { heldKey } from './vault-frame.ts'

/** Claims by name. */
export type Claims = Readonly<Record<string, unknown>>

/** The text of the claims, read; or why it can't be, `object` when it is JSON of another kind. */
export type ClaimsReading =
  { readonly ok: true; readonly claims: Claims } | { readonly ok: false; readonly fault: string }

/** The claims as JSON: the one copy. The form reads and writes it too. */
export const claimsText: Signal<string> = signal(textOf({ aud: '', iss: '', sub: '' }))
/** How long an added `exp` is ahead, in seconds; 0: none is added. */
export const lifetimeSeconds: Signal<number> = signal(300)
/** How an `iat` is added where there is none: `early` is some seconds ago, for a server whose clock is behind. */
export type IatChoice = 'now' | 'early' | 'none'
/** What a person chose for `iat`. */
export const iatChoice: Signal<IatChoice> = signal('now')
/** Whether a `jti` is added where there is none. */
export const addsJti: Signal<boolean> = signal(true)
/** Whether times are made by the server's clock, as far as it is known, instead of this machine's. */
export const followsServerClock: Signal<boolean> = signal(false)
/** The `typ` header parameter; an empty one is left out. */
export const typ: Signal<string> = signal('client-authentication+jwt')
/** The algorithm that a person chose among those of the key. */
export const chosenAlg: Signal<string | undefined> = signal(undefined)
/** The key ID that a person wrote instead of the key's own; an empty one is left out. */
export const chosenKid: Signal<string | undefined> = signal(undefined)

/** The claims, if the text is a JSON object. */
export const reading: ReadonlySignal<ClaimsReading> = computed(() => {
  try {
    const value = JSON.parse(claimsText.value) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ok: true, claims: value as Claims }
    }
    return { ok: false, fault: 'object' }
  } catch (error) {
    return { ok: false, fault: error instanceof Error ? error.message : '' }
  }
})

/** The algorithm of the header. */
export const alg: ReadonlySignal<string> = computed(() => {
  const { algorithms = [] } = heldKey.value ?? {}
  const chosen = chosenAlg.value
  return chosen !== undefined && algorithms.includes(chosen) ? chosen : (algorithms[0] ?? '')
})
/** The key ID of the header. */
export const kid: ReadonlySignal<string> = computed(
  () => chosenKid.value ?? heldKey.value?.jwk.kid ?? '',
)

/** What the text said when it could last be read: the form goes on showing it while somebody writes. */
let lastClaims: Claims = {}

/** A claim as text for a field; what is no text is left to the JSON. */
export function claimOf(name: string): string {
  const read = reading.value
  if (read.ok) lastClaims = read.claims
  const value = lastClaims[name]
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

/** Sets claims; `undefined` takes one away. Does nothing while the text is no JSON. */
export function setClaims(change: Claims): void {
  if (reading.value.ok) claimsText.value = textOf({ ...reading.value.claims, ...change })
}

/** Sets claims of time and use, or takes them away; those that were taken away are made with each JWT. */
export function setTimes(change: Claims): void {
  setClaims(change)
  if (lifetimeSeconds.value === 0 || lifetimeSeconds.value > 300) lifetimeSeconds.value = 300
  if (Object.hasOwn(change, 'jti')) addsJti.value = true
}

/** The name of ready-made claims. */
export type Preset = 'strict' | 'guide' | 'minimal' | 'fapi' | 'keycloak' | 'entra' | 'generic'

interface Recipe {
  readonly aud: 'issuer' | 'endpoint'
  readonly seconds: number
  readonly iat: IatChoice
  readonly typ: string
}

const RECIPES: Readonly<Record<Preset, Recipe>> = {
  strict: { aud: 'issuer', seconds: 300, iat: 'now', typ: 'client-authentication+jwt' },
  guide: { aud: 'endpoint', seconds: 3600, iat: 'now', typ: 'JWT' },
  minimal: { aud: 'issuer', seconds: 300, iat: 'none', typ: '' },
  fapi: { aud: 'issuer', seconds: 60, iat: 'early', typ: 'client-authentication+jwt' },
  keycloak: { aud: 'issuer', seconds: 60, iat: 'now', typ: 'JWT' },
  entra: { aud: 'endpoint', seconds: 300, iat: 'now', typ: 'JWT' },
  generic: { aud: 'endpoint', seconds: 300, iat: 'now', typ: 'JWT' },
}

/** Takes ready-made claims; the client ID stays. */
export function takePreset(preset: Preset): void {
  const clientId = claimOf('iss')
  const recipe = RECIPES[preset]
  const aud = (recipe.aud === 'endpoint' ? tokenEndpoint.value : knownIssuer.value) ?? ''
  claimsText.value = textOf({ aud, iss: clientId, sub: clientId })
  lifetimeSeconds.value = recipe.seconds
  iatChoice.value = recipe.iat
  addsJti.value = true
  typ.value = recipe.typ
}

const EARLY_SECONDS = 10

/** The claims with what is added to them, and the names of what was. */
export function complete(
  claims: Claims,
  now: number,
): { readonly claims: Claims; readonly added: readonly string[] } {
  const additions = Object.entries({
    ...(lifetimeSeconds.value > 0 ? { exp: now + lifetimeSeconds.value } : undefined),
    ...(iatChoice.value === 'none'
      ? undefined
      : { iat: iatChoice.value === 'early' ? now - EARLY_SECONDS : now }),
    ...(addsJti.value ? { jti: crypto.randomUUID() } : undefined),
  }).filter(([name]) => !Object.hasOwn(claims, name))
  return {
    claims: { ...claims, ...Object.fromEntries(additions) },
    added: additions.map(([name]) => name),
  }
}

function textOf(claims: Claims): string {
  return JSON.stringify(claims, null, 2)
}
