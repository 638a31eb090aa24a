/**
 * What every key elsewhere has in common: a public half to read, an algorithm to choose, a digest to
 * send.
 * @module
 */

import { createHash, type KeyObject } from 'node:crypto'
import {
  importPublicKey,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
  type PublicKey,
} from '@keygrant/core/keys'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'

/** Options that every signer takes. */
export interface SignerOptions {
  /** Key ID for the header. Default: the RFC 7638 thumbprint. */
  readonly kid?: string | undefined
  /** The algorithm to sign with. Default: what the key is for, else that of its type. */
  readonly alg?: JwsAlgorithmName | undefined
  /** How long one answer may take. The default depends on who answers. */
  readonly timeoutMs?: number | undefined
}

/**
 * Reads the public half of a key elsewhere.
 *
 * @param who Who gave it, as a sentence begins: "AWS KMS".
 * @param read Gives Node's key; what it throws means that there is none to be read.
 */
export async function readPublicHalf(
  who: string,
  read: () => KeyObject,
  { kid }: SignerOptions,
): Promise<PublicKey> {
  let jwk: object
  try {
    jwk = read().export({ format: 'jwk' })
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(
      ExitCode.input,
      `${who} gave a public key of a type that can not sign a JWT`,
      'use an RSA key of at least 2048 bits, a P-256, P-384 or P-521 key, or an Ed25519 key',
    )
  }
  return importPublicKey(jwk, kid === undefined ? {} : { kid })
}

/** The row of the algorithm to sign with, of those that the key elsewhere offers, best first. */
export function chooseAlgorithm(
  who: string,
  offered: readonly JwsAlgorithmName[],
  wanted: JwsAlgorithmName | undefined,
): JwsAlgorithm {
  const chosen = wanted ?? offered[0]
  const row = jwsAlgorithm(chosen)
  if (row !== undefined && offered.includes(row.alg)) return row
  throw new CommandError(
    ExitCode.input,
    offered.length === 0
      ? `${who} has no algorithm for JWTs for this key`
      : `${who} can not sign with ${wanted} with this key; it offers ${offered.join(', ')}`,
    offered.length === 0
      ? 'use an RSA, P-256, P-384, P-521 or Ed25519 key that is for signing'
      : 'choose one of these with --alg, or use another key',
  )
}

/** The algorithms that a public key can verify, the default of its type first. */
export function algorithmsFor(
  publicKey: PublicKey,
  among: readonly JwsAlgorithmName[],
): readonly JwsAlgorithmName[] {
  return among.filter((alg) => {
    const row = jwsAlgorithm(alg)
    return row !== undefined && publicKey.fits(row)
  })
}

/** The digest that an algorithm signs; `undefined` for Ed25519, which needs the whole message. */
export function digestOf(algorithm: JwsAlgorithm, message: Uint8Array): Buffer | undefined {
  if (algorithm.hash === undefined) return undefined
  return createHash(algorithm.hash.replace('SHA-', 'sha')).update(message).digest()
}
