/**
 * Which key signed a refused assertion, in sentences for administrators.
 * @module
 */

import type { FoundSigner } from '@keygrant/core/assertion'
import { keyFault } from './client-key-state.ts'
import type { ClientKey, ServiceApp } from './storage/ports.ts'

/** A key that fits the signature. */
export interface SignerFinding {
  /** Whose it is. */
  readonly app: ServiceApp
  /** As it is registered; `undefined` of a key that the app publishes itself. */
  readonly key: ClientKey | undefined
  readonly signer: FoundSigner
}

/** A key that was found, as the log has it. */
export interface TracedKey {
  readonly clientId: string
  /** The ID of the key; `null` of a key that its app publishes itself. */
  readonly keyId: string | null
  readonly kid: string
  /** What it was signed with. */
  readonly alg: string
}

/** What a trace found. */
export interface TraceResult {
  /** The header of the assertion. */
  readonly header: Readonly<Record<string, unknown>>
  /** The app that it claims to be of. */
  readonly own: ServiceApp | undefined
  readonly found: readonly SignerFinding[]
  /** How many keys were tried. */
  readonly tried: number
  /** Whether these were all that are registered, of the type that the header names. */
  readonly isComplete: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Others that are named; of more, their number. */
const MAX_NAMED = 3

/** Says what a trace found. */
export function describeSigner(result: TraceResult): string {
  const { own, found, tried, isComplete, now, header } = result
  const ofOwn = found.find(({ app }) => app === own)
  const others = found.filter(({ app }) => app !== own)
  if (ofOwn !== undefined) {
    const also = others.length === 0 ? '' : ` The same key is registered for ${named(others)}, too.`
    return `${describeOwn(ofOwn, header, now)}${also}`
  }
  const [first] = others
  if (first !== undefined) {
    const fault = faultOf(first, now)
    const end = fault === undefined ? '' : `, where it ${fault}`
    const sentence = `Signed with the key ${first.signer.key.kid}, which belongs to ${named(others)}${end}.`
    return own === undefined
      ? `${sentence} The app that the assertion names is not registered.`
      : `${sentence} It is not a key of this app.`
  }
  if (isComplete) {
    return tried === 0
      ? 'No key of the type that the header names is registered for any app.'
      : `Signed with none of the keys of this type that are registered: ${tried} tried.`
  }
  return `Signed with none of the ${tried} keys that were tried; there are more.`
}

function describeOwn(
  finding: SignerFinding,
  header: Readonly<Record<string, unknown>>,
  now: number,
): string {
  const { app, signer } = finding
  const { key, algorithm, isNamed, isDer } = signer
  const what = `Signed with the key ${key.kid} of this app`
  const fault = faultOf(finding, now)
  if (fault !== undefined) return `${what}, which ${fault}.`
  if (app.status === 'INACTIVE') return `${what}; the app is inactive.`
  if (isDer) return `${what}, but the ECDSA signature is in DER; a JWS needs r || s.`
  if (!key.fits(algorithm)) {
    return `${what} as ${algorithm.alg}; that key is registered for ${String(key.jwk.alg)}.`
  }
  if (!isNamed) return `${what} as ${algorithm.alg}; the header says otherwise.`
  const { kid } = header
  if (kid === undefined) return `${what}; the header has no kid, and the app has several keys.`
  if (kid !== key.kid)
    return `${what}, which is registered under another kid than the header names.`
  return `${what}, which counts now: it did not when the request came.`
}

/** Why a key that is registered does not count; `undefined` when it does. */
function faultOf({ key }: SignerFinding, now: number): string | undefined {
  return key && keyFault(key, now)?.words
}

function named(findings: readonly SignerFinding[]): string {
  const labels = [...new Map(findings.map(({ app }) => [app.clientId, app])).values()].map(
    ({ label, clientId }) => `${label} (${clientId})`,
  )
  const more = labels.length - MAX_NAMED
  const names = labels.slice(0, MAX_NAMED).join(', ')
  return `the ${labels.length === 1 ? 'app' : 'apps'} ${names}${more > 0 ? ` and ${more} more` : ''}`
}
