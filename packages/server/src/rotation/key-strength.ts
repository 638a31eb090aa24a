/**
 * How strong a key is, so that none is replaced by a weaker one.
 * @module
 */

import type { PublicKey } from '@keygrant/core/keys'

/** Bits of security (NIST SP 800-57 part 1, section 5.6.1; RFC 9881 for ML-DSA). */
const BITS: Readonly<Record<string, number>> = {
  'P-256': 128,
  'P-384': 192,
  'P-521': 256,
  Ed25519: 128,
  'ML-DSA-44': 128,
  'ML-DSA-65': 192,
  'ML-DSA-87': 256,
}

type Judged = Pick<PublicKey, 'jwk' | 'crv' | 'modulusBits'>

/** Whether a key is weaker than another one: in bits of security, and among RSA keys in its modulus. */
export function isWeaker(key: Judged, than: Judged): boolean {
  if (key.modulusBits !== undefined && than.modulusBits !== undefined) {
    return key.modulusBits < than.modulusBits
  }
  return strengthOf(key) < strengthOf(than)
}

function strengthOf({ jwk, crv, modulusBits }: Judged): number {
  if (modulusBits === undefined) return BITS[crv ?? jwk.alg ?? ''] ?? 0
  if (modulusBits >= 7680) return 192
  return modulusBits >= 3072 ? 128 : 112
}
