/**
 * Making DPoP proofs: apart, so that a client without DPoP does not load it.
 * @module
 */

import { createDpopProof, type DpopProofOptions } from '../dpop/index.ts'

/** Makes a proof. */
export async function makeProof(options: DpopProofOptions): Promise<string> {
  return createDpopProof(options)
}
