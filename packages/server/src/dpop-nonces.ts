/**
 * Nonces for the DPoP proofs of token requests (RFC 9449, section 8), made from a secret and the time, so
 * that nothing is stored and every process with the secret knows them. They are made without a promise:
 * the token endpoint makes one for each answer.
 * @module
 */

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a nonce that came back is: good, one of ours of long ago, or not one that this client was given. */
export type NonceVerdict = 'good' | 'past' | 'foreign'

/** The nonces of one server. Each is good for one client alone. */
export interface DpopNonces {
  /** The nonce to hand out to a client. */
  issue(clientId: string, now: number): string
  judge(nonce: string, clientId: string, now: number): NonceVerdict
}

/** A new nonce comes this often; the one before it, and the one after it, are good too. */
const SLOT_SECONDS = 3600
const SLOT_CHARACTERS = 6
const MAC_OCTETS = 12
const NONCE = /^[\w-]{6}[\w-]{16}$/

/** Makes the nonces from 32 or more secret octets, the same for all processes of one server. */
export function createDpopNonces(secret: Uint8Array): DpopNonces {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'keygrant dpop nonce', 32))
  const nonceOf = (slot: number, clientId: string): string => {
    const octets = Buffer.alloc(4)
    octets.writeUInt32BE(slot)
    const mac = createHmac('sha256', key).update(octets).update(clientId).digest()
    return octets.toString('base64url') + mac.subarray(0, MAC_OCTETS).toString('base64url')
  }
  let latest = { slot: -1, clientId: '', nonce: '' }

  return {
    issue(clientId, now) {
      const slot = Math.floor(now / SLOT_SECONDS)
      if (latest.slot !== slot || latest.clientId !== clientId) {
        latest = { slot, clientId, nonce: nonceOf(slot, clientId) }
      }
      return latest.nonce
    },
    judge(nonce, clientId, now) {
      if (!NONCE.test(nonce)) return 'foreign'
      const slot = Buffer.from(nonce.slice(0, SLOT_CHARACTERS), 'base64url').readUInt32BE(0)
      const expected = nonceOf(slot, clientId)
      if (!timingSafeEqual(Buffer.from(nonce), Buffer.from(expected))) return 'foreign'
      return Math.abs(slot - Math.floor(now / SLOT_SECONDS)) <= 1 ? 'good' : 'past'
    },
  }
}
