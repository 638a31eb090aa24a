/**
 * What people paste when something does not work: a token request, an answer, a JWT, a key; recognised and
 * taken apart. Nothing here sends or verifies anything.
 * @module
 */

export { type JwtSource, type PasteNote, recognise, type Recognised } from './recognise.ts'
export { checkReference, type CheckSubject, memberReference, type Reference } from './references.ts'
export { requestFindings } from './request-findings.ts'
export {
  type BodyKind,
  parameter,
  type TokenRequest as PastedTokenRequest,
} from './token-request.ts'
export { type TokenResponse as PastedTokenResponse } from './token-response.ts'
