/**
 * Breaking it on purpose: each fault changes one thing. What the server will answer is not written here;
 * the rulebook says it of the JWT that came out.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { base64urlText } from '../parts/base64url.ts'
import type { Draft } from './signing.ts'
import { heldKey } from './vault-frame.ts'
import type { stepStrings } from './step-strings.ts'

/** The name of a fault. */
export type FaultId = keyof typeof stepStrings.faults.names

/** One fault. */
export interface Fault {
  readonly id: FaultId
  breakDraft?(draft: Draft, at: Moment): Draft
  breakJwt?(jwt: string): string | Promise<string>
  breakForm?(form: URLSearchParams): void
}

/** When a fault is put in. */
export interface Moment {
  readonly now: number
  /** The last `jti` that a server took. */
  readonly usedJti: unknown
}

/** The `kid` of a key of another app of the server, once one is known. */
export const foreignKid: Signal<string | undefined> = signal(undefined)

const HOUR = 3600
const OTHER = 'https://other.example'

type Change = Omit<Fault, 'id'>

/** Changes claims. */
function claims(change: (draft: Draft, at: Moment) => Draft['claims']): Change {
  return {
    breakDraft: (draft, at) => ({ ...draft, claims: { ...draft.claims, ...change(draft, at) } }),
  }
}

/** Changes the header. */
function header(change: (draft: Draft) => Draft['header']): Change {
  return {
    breakDraft: (draft) => ({ ...draft, header: { ...draft.header, ...change(draft) } }),
  }
}

const CHANGES: Readonly<Record<FaultId, Change>> = {
  expired: claims((_draft, { now }) => ({ iat: now - 2 * HOUR, exp: now - HOUR })),
  exp_far: claims((_draft, { now }) => ({ exp: now + 2 * HOUR })),
  exp_ms: claims((_draft, { now }) => ({ exp: (now + 300) * 1000 })),
  exp_missing: claims(() => ({ exp: undefined })),
  aud_wrong: claims(() => ({ aud: `${OTHER}/token` })),
  aud_slash: claims((draft) => ({ aud: `${audience(draft)}/` })),
  aud_many: claims((draft) => ({ aud: [audience(draft), OTHER] })),
  aud_twice: {
    breakDraft: (draft) => ({
      ...draft,
      payload: JSON.stringify(draft.claims).replace('{', `{"aud":"${OTHER}",`),
    }),
  },
  sub_other: claims(() => ({ sub: 'somebody.else' })),
  client_unknown: claims(() => ({ iss: '0oaNobody', sub: '0oaNobody' })),
  kid_missing: header(() => ({ kid: undefined })),
  kid_unknown: header(() => ({ kid: 'nobody-knows-this' })),
  kid_foreign: header(() => ({ kid: foreignKid.peek() })),
  key_wrong: { breakDraft: (draft) => ({ ...draft, isThrowaway: true }) },
  signature_changed: {
    breakJwt(jwt) {
      const at = jwt.lastIndexOf('.') + 1
      return jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1)
    },
  },
  alg_none: {
    breakJwt: (jwt) => `${base64urlText(JSON.stringify({ alg: 'none' }))}.${payload(jwt)}.`,
  },
  alg_hs256: { breakJwt: (jwt) => signedWithPublicKey(payload(jwt)) },
  alg_other: header(({ header: { alg } }) => ({ alg: alg === 'RS256' ? 'ES256' : 'RS256' })),
  jti_reused: claims((draft, { usedJti }) => ({ jti: usedJti ?? draft.claims['jti'] })),
  jti_missing: claims(() => ({ jti: undefined })),
  nbf_future: claims((_draft, { now }) => ({ nbf: now + HOUR / 2 })),
  iat_future: claims((_draft, { now }) => ({ iat: now + HOUR / 2 })),
  padded: { breakJwt: (jwt) => jwt.replaceAll('.', '=.') },
  four_parts: { breakJwt: (jwt) => `${jwt}.AAAA` },
  crit: header(() => ({ crit: ['exp'], exp: 1 })),
  type_misspelt: {
    breakForm: (form) =>
      form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt_bearer'),
  },
  two_methods: { breakForm: (form) => form.set('client_secret', 'not-a-secret') },
}

/** All faults, in the order in which they are offered. */
export const FAULTS: readonly Fault[] = Object.entries(CHANGES).map(([id, change]) => ({
  id: id as FaultId,
  ...change,
}))

function audience({ claims: { aud } }: Draft): string {
  return String(Array.isArray(aud) ? aud[0] : aud)
}

function payload(jwt: string): string {
  return jwt.split('.')[1] ?? ''
}

/** An HMAC whose secret is the public key: what a server that trusts the header would take. */
async function signedWithPublicKey(claimsPart: string): Promise<string> {
  const { jwk, pem } = heldKey.value ?? { jwk: { kid: '' }, pem: ' ' }
  const input = `${base64urlText(JSON.stringify({ alg: 'HS256', kid: jwk.kid }))}.${claimsPart}`
  const octets = new TextEncoder()
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', octets.encode(pem), hmac, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, octets.encode(input)))
  return `${input}.${base64urlText(mac)}`
}
