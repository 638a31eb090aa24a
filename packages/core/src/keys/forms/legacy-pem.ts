/**
 * PEM bodies encrypted the old way: `Proc-Type: 4,ENCRYPTED` with a key made by MD5 (RFC 1421 and
 * what OpenSSL made of it).
 * @module
 */

import { malformed, unsupported } from '../refusal.ts'
import { decryptAes } from './aes.ts'
import { md5 } from './md5.ts'
import { requirePassphrase, wrongPassphrase } from './passphrase.ts'
import { FIX_PKCS8_ENCRYPTION } from './pbes2.ts'

const KEY_OCTETS: Readonly<Record<string, number>> = {
  'AES-128-CBC': 16,
  'AES-192-CBC': 24,
  'AES-256-CBC': 32,
}

/** What the `DEK-Info` header says. */
export interface LegacyEncryption {
  readonly cipher: string
  /** In hexadecimal; its first eight octets are the salt as well. */
  readonly iv: string
}

/** Decrypts the body of a PEM block. */
export async function decryptLegacyPem(
  { cipher, iv: ivText }: LegacyEncryption,
  ciphertext: Uint8Array,
  form: string,
  passphrase: string | undefined,
): Promise<Uint8Array> {
  const keyOctets = Object.hasOwn(KEY_OCTETS, cipher) ? KEY_OCTETS[cipher] : undefined
  if (keyOctets === undefined) {
    throw unsupported(
      `the ${form} is encrypted with ${cipher.replace('DES-EDE3', '3DES')}, which is not supported`,
      FIX_PKCS8_ENCRYPTION,
    )
  }
  const iv = Uint8Array.from(ivText.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))
  if (iv.length !== 16 || ciphertext.length === 0 || ciphertext.length % 16 !== 0) {
    throw malformed(
      `the ${form} is damaged: its DEK-Info or its ciphertext is not whole`,
      'copy the file again, whole and unchanged',
    )
  }
  const secret = new TextEncoder().encode(requirePassphrase(form, passphrase))
  const key = deriveKey(secret, iv.subarray(0, 8), keyOctets)
  const plaintext = await decryptAes('AES-CBC', key, iv, ciphertext)
  if (plaintext === undefined) throw wrongPassphrase(form)
  return plaintext
}

/** OpenSSL's EVP_BytesToKey with one iteration: D1 = MD5(secret, salt), D2 = MD5(D1, secret, salt). */
function deriveKey(secret: Uint8Array, salt: Uint8Array, octets: number): Uint8Array {
  const first = md5(Uint8Array.of(...secret, ...salt))
  const second = md5(Uint8Array.of(...first, ...secret, ...salt))
  return Uint8Array.of(...first, ...second).subarray(0, octets)
}
