/**
 * Challenges for passkeys, made from a secret and the time: whoever asks for one leaves nothing in the store. That one is used
 * once is recorded when it is used.
 * @module
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { deriveSecret } from '../envelope.ts'
import type { SingleUse } from '../storage/ports.ts'

/** What a passkey is asked for: a challenge for one of these is none for another. */
export type Ceremony = 'sign in' | 'confirm' | 'enrol'

/** What a challenge is for. */
export interface ChallengePurpose {
  readonly ceremony: Ceremony
  /** The session or the invitation; empty before anything is known. */
  readonly subject: string
}

/** The challenges of one server. */
export interface Challenges {
  /** Makes one. `now` in milliseconds since 1970. */
  issue(purpose: ChallengePurpose, now: number): Uint8Array<ArrayBuffer>
  /** The use of a challenge that came back in base64url; `undefined` when it is not good for the purpose now. */
  judge(challenge: string, purpose: ChallengePurpose, now: number): SingleUse | undefined
}

/** How long a person has for it. */
export const CHALLENGE_SECONDS = 300
const NONCE_OCTETS = 16
const TIME_OCTETS = 6
const MAC_OCTETS = 32

/** Makes the challenges from 32 or more secret octets, the same for all processes of one server. */
export function createChallenges(secret: Uint8Array): Challenges {
  const key = deriveSecret(secret, 'passkey challenge')
  const macOf = (octets: Uint8Array, { ceremony, subject }: ChallengePurpose): Buffer =>
    createHmac('sha256', key).update(octets).update(`${ceremony} ${subject}`).digest()

  return {
    issue(purpose, now) {
      const octets = Buffer.alloc(NONCE_OCTETS + TIME_OCTETS)
      randomBytes(NONCE_OCTETS).copy(octets)
      const expiresAt = Math.floor(now / 1000) + CHALLENGE_SECONDS
      octets.writeUIntBE(expiresAt, NONCE_OCTETS, TIME_OCTETS)
      return new Uint8Array([...octets, ...macOf(octets, purpose)])
    },
    judge(challenge, purpose, now) {
      const octets = Buffer.from(challenge, 'base64url')
      if (octets.length !== NONCE_OCTETS + TIME_OCTETS + MAC_OCTETS) return undefined
      const said = octets.subarray(0, -MAC_OCTETS)
      if (!timingSafeEqual(octets.subarray(-MAC_OCTETS), macOf(said, purpose))) return undefined
      const expiresAt = said.readUIntBE(NONCE_OCTETS, TIME_OCTETS)
      if (expiresAt * 1000 <= now) return undefined
      const replayKey = createHash('sha256').update('passkey challenge').update(octets).digest()
      return { replayKey, expiresAt }
    },
  }
}
