/**
 * What the page and the frame that holds the private key say to each other. The page never hears a
 * private value; the frame hears nothing but these.
 * @module
 */

/** The public side of a key, as the frame tells it. */
export interface HeldKey {
  /** The public JWK. */
  readonly jwk: Readonly<Record<string, unknown>> & { readonly kid: string }
  /** The algorithms that it can sign with here, its own first. */
  readonly algorithms: readonly string[]
  readonly thumbprint: string
  /** The public half as SPKI PEM. */
  readonly pem: string
}

/** What the page asks of the frame. */
export type VaultRequest =
  | {
      readonly type: 'sign'
      readonly id: number
      readonly alg: string
      /** The header and the claims as JSON texts; what is signed is their octets. */
      readonly header: string
      readonly payload: string
      /** Whether a key that is made for this signature alone signs it, and not the one that is held. */
      readonly isThrowaway: boolean
    }
  | { readonly type: 'theme'; readonly theme: string }
  /** The document is a new one, in the place of one whose key went. */
  | { readonly type: 'begin'; readonly after: KeyEnd }

/** How a key went: a person cleared it, or nobody used it. */
export type KeyEnd = 'cleared' | 'dropped'

/** What the frame tells the page. */
export type VaultEvent =
  | { readonly type: 'key'; readonly key: HeldKey | undefined }
  | { readonly type: 'signed'; readonly id: number; readonly jwt: string }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string }
  | { readonly type: 'height'; readonly pixels: number }
  /** There is no key any more: this document may go, and everything that is left of the key with it. */
  | { readonly type: 'gone'; readonly how: KeyEnd }

/** More is no header and no Claims Set. */
const MAX_TEXT = 65_536

/** Takes nothing but a request of the page. */
export function readRequest(value: unknown): VaultRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const given = value as Readonly<Record<string, unknown>>
  const text = (name: string): string | undefined => {
    const found = given[name]
    return typeof found === 'string' && found.length <= MAX_TEXT ? found : undefined
  }
  if (given['type'] === 'theme') {
    const theme = text('theme')
    return theme === undefined ? undefined : { type: 'theme', theme }
  }
  if (given['type'] === 'begin') {
    return { type: 'begin', after: given['after'] === 'dropped' ? 'dropped' : 'cleared' }
  }
  if (given['type'] !== 'sign') return undefined
  const { id, isThrowaway } = given
  const alg = text('alg')
  const header = text('header')
  const payload = text('payload')
  if (alg === undefined || header === undefined || payload === undefined) return undefined
  if (typeof id !== 'number' || typeof isThrowaway !== 'boolean') return undefined
  return { type: 'sign', id, alg, header, payload, isThrowaway }
}
