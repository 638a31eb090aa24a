/**
 * The report guards the claims: what was not verified can't be used.
 * @module
 */

import {
  assertAccepted,
  type ClientAssertionClaims,
  explain,
  type FailReason,
  verifyAssertion,
} from '@keygrant/core/assertion'
import type { AnyKeygrantError } from '@keygrant/core/errors'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'

type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_T extends true>(): void => undefined

declare const expectations: Parameters<typeof verifyAssertion>[1]
const report = await verifyAssertion('', expectations)

// @ts-expect-error claims are there on the accepted arm only
void report.claims

if (report.accepted) {
  holds<Equals<typeof report.claims, ClientAssertionClaims>>()
  holds<Equals<typeof report.claims.sub, string>>()
} else {
  // @ts-expect-error a rejecting report has no claims
  void report.claims
}

assertAccepted(report)
holds<Equals<typeof report.claims, ClientAssertionClaims>>()

// @ts-expect-error whoever verifies says what becomes of replay
void verifyAssertion('', { ...expectations, replay: undefined })

// @ts-expect-error reasons are a closed union
const unknownReason: FailReason = 'looks_bad'
void unknownReason

for (const result of report.checks) {
  // @ts-expect-error a reason exists only for a check that failed
  void result.reason
  if (result.status === 'fail') holds<Equals<typeof result.reason, FailReason>>()
  const { sentence } = explain(result)
  holds<Equals<typeof sentence, string>>()
}

const key: PrivateKey = await generateKey({ kty: 'EC', crv: 'P-256' })
// @ts-expect-error a private key gives no member away
void key.d
// @ts-expect-error the RSA sizes are a closed union
void generateKey({ kty: 'RSA', modulusBits: 1024 })
// @ts-expect-error HMAC does not exist
void generateKey({ kty: 'oct' })

declare const error: AnyKeygrantError
switch (error.code) {
  case 'ERR_OAUTH_RESPONSE':
    holds<Equals<typeof error.error, string>>()
    break
  case 'ERR_HTTP_TIMEOUT':
    holds<Equals<typeof error.url, string>>()
    break
  default:
}
