/**
 * DPoP (RFC 9449): proofs that the sender of a request holds a key, made and judged.
 * @module
 */

export { accessTokenHash, createDpopProof, type DpopProofOptions } from './create-proof.ts'
export { explainDpopProof } from './explain-proof.ts'
export { normalizeHtu } from './htu.ts'
export { createDpopNonces, type DpopNonces, type DpopNoncesOptions } from './nonce.ts'
export {
  createProofMemory,
  type DpopProofUse,
  type ProofMemoryOptions,
  type RecordFirstProof,
} from './replay.ts'
export {
  type AcceptedProof,
  dpopErrorCode,
  type DpopExpectations,
  type DpopProofClaims,
  type DpopReport,
  inspectDpopProof,
  MAX_DPOP_PROOF_LENGTH,
  type PartialDpopExpectations,
  verifyDpopProof,
} from './verify-proof.ts'
