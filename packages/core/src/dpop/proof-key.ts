/**
 * The key of a DPoP proof: the `jwk` header parameter.
 * @module
 */

import { type CheckResult, fail } from '../assertion/index.ts'
import { KeyError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { hasPrivateMember, importPublicKey, jwkThumbprint, type PublicKey } from '../keys/index.ts'

/** The public key that a proof bears. */
export interface ProofKey {
  readonly publicKey: PublicKey
  /** Its JWK Thumbprint. */
  readonly jkt: string
}

/** Anyone may send any key, so a modulus that is dear to verify with is refused. */
const MAX_PROOF_RSA_BITS = 4096

/** What is read of the `jwk`; whatever else it holds is not looked at. */
const MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'pub', 'alg', 'use', 'key_ops'] as const

const EXPECTED = 'the public key that the proof is signed with, as a JWK'

/** Reads the key, or gives the result of the check `key` that says why there is none. */
export async function readProofKey(header: JsonObject): Promise<ProofKey | CheckResult> {
  const { jwk } = header
  if (jwk === undefined) return fail('key', 'missing', { expected: EXPECTED })
  if (!isJsonObject(jwk)) return malformed('it is not a JSON object')
  const secret = Object.keys(jwk).find((name) => hasPrivateMember({ [name]: true }))
  if (secret !== undefined) {
    return fail('key', 'not_allowed', { expected: EXPECTED, actual: secret })
  }
  const members = Object.fromEntries(
    MEMBERS.filter((name) => jwk[name] !== undefined).map((name) => [name, jwk[name]]),
  )
  return rememberedKey(JSON.stringify(members), members)
}

/** A client sends the same key with each request: the last few are kept ready to verify. */
const remembered = new Map<string, ProofKey>()
const MAX_REMEMBERED = 256

async function rememberedKey(text: string, members: object): Promise<ProofKey | CheckResult> {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const key = await importKey(members)
  if ('jkt' in key) {
    if (remembered.size >= MAX_REMEMBERED) {
      const [oldest] = remembered.keys()
      remembered.delete(oldest as string)
    }
    remembered.set(text, key)
  }
  return key
}

async function importKey(members: object): Promise<ProofKey | CheckResult> {
  let publicKey: PublicKey
  try {
    publicKey = await importPublicKey(members)
  } catch (error) {
    if (error instanceof KeyError) return malformed(error.message)
    throw error
  }
  if ((publicKey.modulusBits ?? 0) > MAX_PROOF_RSA_BITS) {
    return malformed(
      `it has an RSA modulus of ${publicKey.modulusBits} bits; at most ${MAX_PROOF_RSA_BITS} are accepted`,
    )
  }
  return { publicKey, jkt: await jwkThumbprint(publicKey.jwk) }
}

function malformed(fault: string): CheckResult {
  return fail('key', 'malformed', { expected: EXPECTED, actual: fault })
}
