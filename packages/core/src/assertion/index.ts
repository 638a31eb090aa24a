/**
 * Client assertions (RFC 7523): sign them, judge them check by check, and say in words what is wrong.
 * @module
 */

export {
  type CheckName,
  type CheckResult,
  fail,
  type FailReason,
  type FailResult,
  pass,
  type PassResult,
  skip,
  type SkipResult,
} from './check.ts'
export {
  checkAud,
  checkExp,
  checkIat,
  checkIss,
  checkJti,
  checkNbf,
  checkText,
  type ExpectedAud,
  type ExpectedTyp,
} from './checks.ts'
export {
  type AssertionClaimsInput,
  type ClientAssertionClaims,
  type CompletedClaims,
  completeClaims,
  type CompleteClaimsOptions,
  DEFAULT_LIFETIME_SECONDS,
  randomJti,
} from './claims.ts'
export { diagnoseAssertion, type DiagnosisContext, findSigner } from './diagnose.ts'
export { explain, type Explanation } from './explain.ts'
export type { Finding } from '../finding.ts'
export { judgeJwt, type JwtRules } from './judge.ts'
export {
  encodeJsonSegment,
  MAX_JWS_LENGTH,
  type ParsedJws,
  type ParsedJwt,
  parseJws,
  parseJwt,
  signJws,
  signSegments,
} from './jws.ts'
export { lintAssertion } from './lint.ts'
export { type AssertionProfile, OKTA_PROFILE, STRICT_PROFILE } from './profiles.ts'
export { type AssertionUse, type RecordFirstUse } from './replay.ts'
export {
  type AcceptedReport,
  assertAccepted,
  failedChecks,
  type RejectedReport,
  type VerificationReport,
} from './report.ts'
export { signAssertion, type SignAssertionOptions } from './sign.ts'
export type { FoundSigner } from './signer.ts'
export {
  type AssertionExpectations,
  type ClientKeys,
  inspectAssertion,
  type JwtInspection,
  type PartialExpectations,
  verifyAssertion,
} from './verify.ts'
