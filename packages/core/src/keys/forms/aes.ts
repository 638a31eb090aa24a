/**
 * AES decryption of key containers, by WebCrypto, which every supported runtime has.
 * @module
 */

import { unsupported } from '../refusal.ts'

/** The modes that key containers use. */
export type AesMode = 'AES-CBC' | 'AES-CTR' | 'AES-GCM'

/**
 * Decrypts. `undefined` when the key does not fit, as far as the mode can tell: CBC by its padding,
 * GCM always, CTR never.
 */
export async function decryptAes(
  mode: AesMode,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  let imported: CryptoKey
  try {
    imported = await crypto.subtle.importKey('raw', source(key), mode, false, ['decrypt'])
  } catch {
    throw unsupported(
      `this runtime can not decrypt with ${mode} and a key of ${key.length * 8} bits`,
      'encrypt the key again with AES-256: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out new.pem',
    )
  }
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt(parameters(mode, source(iv)), imported, source(ciphertext)),
    )
  } catch {
    return undefined
  }
}

/**
 * Decrypts AES-CBC that ends without the usual padding. WebCrypto insists on it, so one block that
 * decrypts to nothing but padding is appended: the encryption of no octets at all.
 */
export async function decryptAesCbcUnpadded(
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array | undefined> {
  const last = { name: 'AES-CBC', iv: source(ciphertext.slice(-16)) }
  const imported = await crypto.subtle.importKey('raw', source(key), last, false, ['encrypt'])
  const padding = await crypto.subtle.encrypt(last, imported, new Uint8Array())
  return decryptAes('AES-CBC', key, iv, Uint8Array.of(...ciphertext, ...new Uint8Array(padding)))
}

function parameters(
  mode: AesMode,
  iv: Uint8Array<ArrayBuffer>,
): AesCbcParams | AesCtrParams | AesGcmParams {
  return mode === 'AES-CTR' ? { name: mode, counter: iv, length: 128 } : { name: mode, iv }
}

/** WebCrypto takes a view of an `ArrayBuffer`, which these are. */
export function source(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return octets as Uint8Array<ArrayBuffer>
}
