/**
 * Diagnosis of a refusal. What looks for its causes is loaded when it is asked.
 * @module
 */

import type { Finding } from '../finding.ts'
import type { PublicKey } from '../keys/index.ts'
import type { PartialExpectations } from './verify.ts'

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
export async function diagnoseAssertion(
  assertion: unknown,
  context: DiagnosisContext,
): Promise<readonly Finding[]> {
  const { findCauses } = await import('./causes.ts')
  return findCauses(assertion, context)
}
