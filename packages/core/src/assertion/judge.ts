/**
 * The runner under every profile of JWT: client assertion, access token, DPoP proof.
 * @module
 */

import type { JsonObject } from '../json.ts'
import type { PublicKey } from '../keys/index.ts'
import { type MaybePromise, whenReady } from '../maybe-promise.ts'
import { type CheckName, type CheckResult, pass, skip } from './check.ts'
import {
  checkAlg,
  checkCrit,
  checkFormat,
  checkSignature,
  checkTyp,
  chooseKey,
  type ExpectedTyp,
} from './checks.ts'
import type { ParsedJwt } from './jws.ts'

/** What a profile asks of a JWT. */
export interface JwtRules {
  readonly typ: ExpectedTyp
  readonly algorithms: readonly string[]
  /** The keys that may have signed it. `undefined`: nobody said, so the key is not checked. */
  readonly keys: readonly PublicKey[] | undefined
  /** The names of the checks that {@link JwtRules.checkClaims} makes, in their order. */
  readonly claimChecks: readonly CheckName[]
  checkClaims(claims: JsonObject): readonly CheckResult[]
}

/**
 * Makes every check of a JWT, header first, and never stops early; what can't be read is skipped.
 * Where the runtime verifies signatures synchronously, the answer is there at once.
 */
export function judgeJwt(jwt: ParsedJwt, rules: JwtRules): MaybePromise<CheckResult[]> {
  const { header, claims } = jwt
  const claimChecks =
    claims === undefined ? skipAll(rules.claimChecks, 'format') : rules.checkClaims(claims)
  if (header === undefined) {
    const skipped = skipAll(['crit', 'typ', 'alg', 'key', 'signature'], 'format')
    return [checkFormat(jwt), ...skipped, ...claimChecks]
  }
  const choice = chooseKey(header, rules.keys)
  return whenReady(checkSignature(jwt, choice), (signature) => [
    checkFormat(jwt),
    checkCrit(header),
    checkTyp(header, rules.typ),
    checkAlg(header, rules.algorithms),
    'key' in choice ? pass('key') : choice,
    signature,
    ...claimChecks,
  ])
}

function skipAll(names: readonly CheckName[], because: CheckName): CheckResult[] {
  return names.map((name) => skip(name, because))
}
