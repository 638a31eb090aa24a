/**
 * Judging an access token. Loaded apart from the page, because most of what is pasted is none.
 * @module
 */

import type { CheckResult, ParsedJwt } from '@keygrant/core/assertion'
import { verifyAccessToken } from '@keygrant/core/resource'
import type { Question } from './inspection.ts'

/** Stands for what nobody gave; nothing is compared with it in the end. */
const NOBODY = 'https://not-given.invalid'

/**
 * Expects of the token what it says itself where nobody said what to expect, and takes back the
 * checks that this makes meaningless.
 */
export async function judgeAccessToken(
  { claims }: ParsedJwt,
  { jwt, receiver, keys, now, source }: Question,
): Promise<readonly CheckResult[]> {
  const issuer = receiver.issuer.value
  const audience = receiver.audience.value
  const { checks } = await verifyAccessToken(jwt, {
    issuer: issuer ?? textOf(claims?.['iss']),
    audience: audience ?? textOf(claims?.['aud']),
    keys: keys ?? [],
    now,
    presentedAs: source === 'bearer' || claims?.['cnf'] === undefined ? 'Bearer' : 'DPoP',
  })
  const isOpen = (result: CheckResult): boolean =>
    (result.check === 'iss' && issuer === undefined && result.status === 'pass') ||
    (result.check === 'aud' && audience === undefined && result.status === 'pass') ||
    (result.check === 'key' && keys === undefined && result.status === 'fail')
  return checks.map((result) =>
    isOpen(result) ? { check: result.check, status: 'skip', because: 'not_given' } : result,
  )
}

function textOf(claim: unknown): string {
  const [value]: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  return typeof value === 'string' && value !== '' ? value : NOBODY
}
