/**
 * Nonces for DPoP proofs (RFC 9449, sections 8 and 9), without state.
 * @module
 */

import { encodeBase64url } from '../base64url.ts'
import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'

/** Options of {@link createDpopNonces}. */
export interface DpopNoncesOptions {
  /** At least 32 random octets, the same for all processes of one server. Default: random. */
  readonly secret?: Uint8Array
  /** A new nonce comes this often; the one before it is still accepted. Default: 300. */
  readonly lifetimeSeconds?: number
  /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
  readonly clock?: () => number
}

/**
 * The nonces of this moment: the first is the one to hand out, all of them are accepted. Nonces for
 * a `context`, such as a `client_id`, are good for that context alone.
 */
export type DpopNonces = (context?: string) => Promise<readonly [string, ...string[]]>

const utf8 = new TextEncoder()

/**
 * Makes nonces from a secret and the time, so that nothing has to be stored and any process with the
 * secret knows them. The nonces of one server are worth nothing to another.
 *
 * Does not make a nonce single use; a proof is, by its `jti`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when an option is not usable.
 * @example
 * ```ts
 * const nonces = createDpopNonces()
 * const report = await verifyDpopProof(proof, { method, url, nonces: await nonces(), replay })
 * ```
 */
export function createDpopNonces(options: DpopNoncesOptions = {}): DpopNonces {
  const { lifetimeSeconds = 300, clock = () => Date.now() / 1000 } = options
  const secret = options.secret ?? crypto.getRandomValues(new Uint8Array(32))
  if (!(secret instanceof Uint8Array) || secret.length < 32) {
    throw invalidArgumentType('options.secret', 'a Uint8Array of at least 32 random octets')
  }
  if (!(Number.isFinite(lifetimeSeconds) && lifetimeSeconds >= 1)) {
    throw invalidArgumentValue('options.lifetimeSeconds', 'a number of at least 1')
  }
  const key = crypto.subtle.importKey(
    'raw',
    Uint8Array.from(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const nonceOf = async (slot: number, context: string | undefined): Promise<string> => {
    const message = utf8.encode(JSON.stringify([slot, context ?? null]))
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', await key, message))
    return encodeBase64url(mac.subarray(0, 16))
  }
  let known: { readonly slot: number; readonly nonces: ReturnType<DpopNonces> } | undefined
  return (context) => {
    const slot = Math.floor(clock() / lifetimeSeconds)
    if (context === undefined && known?.slot === slot) return known.nonces
    // The next one as well: the clock of another process may be a little ahead.
    const nonces = Promise.all([
      nonceOf(slot, context),
      nonceOf(slot - 1, context),
      nonceOf(slot + 1, context),
    ])
    if (context === undefined) known = { slot, nonces }
    return nonces
  }
}
