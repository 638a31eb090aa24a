/**
 * The rules for access tokens and DPoP proofs. Loaded apart from the page, because most of what is pasted
 * is neither.
 * @module
 */

export { explainDpopProof, inspectDpopProof } from '@keygrant/core/dpop'
export { explainAccessToken, inspectAccessToken } from '@keygrant/core/resource'
