/**
 * What must not lie in the database in clear: sealed with a key that is kept elsewhere.
 * @module
 */

import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { KeyError } from '@keygrant/core/errors'

/** Seals and opens texts. */
export interface Envelope {
  /** Seals a text. It can be opened with the same `name` alone: no sealed text stands in for another. */
  seal(text: string, name: string): string
  /**
   * Opens a sealed text.
   *
   * @throws `KeyError` `ERR_KEY_NOT_FOUND` when it was sealed with a key that is not here, `ERR_KEY_MALFORMED`
   * when it is damaged or bears another name.
   */
  open(sealed: string, name: string): string
  /** Whether a text was sealed with another key than the one that seals now. */
  isOutdated(sealed: string): boolean
}

/** Octets of an envelope key. */
export const ENVELOPE_KEY_OCTETS = 32

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
const NONCE_OCTETS = 12
const TAG_OCTETS = 16

/** Makes an envelope key. */
export function generateEnvelopeKey(): Uint8Array {
  return randomBytes(ENVELOPE_KEY_OCTETS)
}

/** Writes envelope keys as text: one on a line, base64url. */
export function formatEnvelopeKeys(keys: readonly Uint8Array[]): string {
  return keys.map((key) => `${Buffer.from(key).toString('base64url')}\n`).join('')
}

/**
 * Reads envelope keys: 32 octets each in base64url, one on a line. The first one seals; all of them open.
 *
 * @throws `KeyError` `ERR_KEY_MALFORMED`, without a word of the text.
 */
export function parseEnvelopeKeys(text: string): readonly Uint8Array[] {
  const lines = text.split(/\s+/).filter((line) => line !== '')
  const keys = lines.map((line) => Buffer.from(line, 'base64url'))
  const isGood = keys.every(
    (key, place) =>
      key.length === ENVELOPE_KEY_OCTETS && key.toString('base64url') === lines[place],
  )
  if (isGood && keys.length > 0) return keys
  throw new KeyError(
    'ERR_KEY_MALFORMED',
    `an envelope key is ${ENVELOPE_KEY_OCTETS} octets in base64url: 43 characters, one key on a line`,
  )
}

/** Makes the envelope of some keys: the first one seals, all of them open (AES-256-GCM). */
export function createEnvelope(keys: readonly Uint8Array[]): Envelope {
  const byId = new Map(keys.map((key) => [keyId(key), key]))
  const [first] = byId
  if (first === undefined) throw new KeyError('ERR_KEY_NOT_FOUND', 'there is no envelope key')
  const [currentId, currentKey] = first
  return {
    seal(text, name) {
      const nonce = randomBytes(NONCE_OCTETS)
      const cipher = createCipheriv(CIPHER, currentKey, nonce, { authTagLength: TAG_OCTETS })
      cipher.setAAD(Buffer.from(name))
      const octets = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const parts = [nonce, octets, cipher.getAuthTag()]
      return [VERSION, currentId, ...parts.map((part) => part.toString('base64url'))].join('.')
    },
    open(sealed, name) {
      const [version, id = '', ...parts] = sealed.split('.')
      const [nonce, octets, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
      if (version !== VERSION || nonce === undefined || octets === undefined || tag === undefined) {
        throw damaged()
      }
      const key = byId.get(id)
      if (key === undefined) {
        throw new KeyError(
          'ERR_KEY_NOT_FOUND',
          'it is sealed with an envelope key that is not here',
        )
      }
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_OCTETS })
        decipher.setAAD(Buffer.from(name)).setAuthTag(tag)
        return Buffer.concat([decipher.update(octets), decipher.final()]).toString('utf8')
      } catch {
        throw damaged()
      }
    },
    isOutdated: (sealed) => sealed.split('.', 2)[1] !== currentId,
  }
}

/** Octets for another purpose, which say nothing about the envelope key (RFC 5869). */
export function deriveSecret(key: Uint8Array, purpose: string): Uint8Array {
  const secret = hkdfSync(
    'sha256',
    key,
    Buffer.alloc(0),
    `keygrant ${purpose}`,
    ENVELOPE_KEY_OCTETS,
  )
  return new Uint8Array(secret)
}

/** Tells keys apart and gives nothing away of them. */
function keyId(key: Uint8Array): string {
  const digest = createHash('sha256').update('keygrant envelope key').update(key).digest('hex')
  return digest.slice(0, 8)
}

function damaged(): KeyError {
  return new KeyError('ERR_KEY_MALFORMED', 'what is sealed is damaged, or was moved from its place')
}
