/**
 * Diagnosis of a refusal. What looks for its causes is loaded when it is asked.
 * @module
 */

import type { Finding } from '../finding.ts'
import type { PublicKey } from '../keys/index.ts'
import type { FoundSigner } from './signer.ts'
import type { PartialExpectations } from './verify.ts'

const loadCauses = () => import('./causes.ts')

/** What more is known about the client, for a better diagnosis. */
export interface DiagnosisContext extends Omit<PartialExpectations, 'keys'> {
  /** The client's active keys. */
  readonly keys?: readonly PublicKey[]
  /** Keys of the client that are registered and not active. */
  readonly inactiveKeys?: readonly PublicKey[]
}

/**
 * Finds the causes of a refusal. Looks further than the checks do: tries the other registered keys
 * and algorithms, an ECDSA signature in DER, numbers in other units, and texts that nearly fit. What
 * has no closer cause is given in the words of its check. Costs up to one signature verification
 * for each key and algorithm: not for a server to do before it knows the caller.
 *
 * @returns the findings, the closest causes first; empty when no check fails.
 */
export function diagnoseAssertion(
  assertion: unknown,
  context: DiagnosisContext,
): Promise<readonly Finding[]> {
  return loadCauses().then((causes) => causes.findCauses(assertion, context))
}

/**
 * Finds the key that a JWT is signed with, by trying each with every algorithm of its type. Looks at the signature
 * alone. Costs up to one verification for each key and algorithm: not for a server to do while somebody waits.
 *
 * Does not judge: that a key fits does not mean that the JWT is to be accepted.
 *
 * @returns the first that fits; `undefined` when none does, or when there is no signature.
 */
export function findSigner(
  jwt: string,
  keys: readonly PublicKey[],
): Promise<FoundSigner | undefined> {
  return loadCauses().then((causes) => causes.findSigner(jwt, keys))
}
