/**
 * Encrypted PKCS#8 (RFC 5958, section 3).
 * @module
 */

import { Tag } from '../der.ts'
import { DerReader } from './der-reader.ts'
import { requirePassphrase } from './passphrase.ts'
import { decryptPbes2, FIX_PKCS8_ENCRYPTION, pbkdf2Budget } from './pbes2.ts'

/** Decrypts the inside of an `EncryptedPrivateKeyInfo` to the octets of a `PrivateKeyInfo`. */
export async function readEncryptedPkcs8(
  info: DerReader,
  form: string,
  passphrase: string | undefined,
): Promise<Uint8Array> {
  const algorithm = new DerReader(info.element())
  const ciphertext = info.content(Tag.octetString)
  return decryptPbes2(algorithm, ciphertext, {
    form,
    passphrase: () => requirePassphrase(form, passphrase),
    fix: FIX_PKCS8_ENCRYPTION,
    budget: pbkdf2Budget(),
  })
}
