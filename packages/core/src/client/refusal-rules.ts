/**
 * Which rule a refusal of the token endpoint is about, by its code and by its words: Okta's sentences, ours, and what
 * others have in common. What to say of a rule is up to who asks.
 * @module
 */

/** What a refusal is about. */
export type RefusalRule =
  | 'replayed'
  | 'aud-wrong'
  | 'lifetime-too-long'
  | 'clock-ahead'
  | 'clock-behind'
  | 'alg-not-supported'
  | 'typ-not-supported'
  | 'kid-not-registered'
  | 'key-not-registered'
  | 'client-unknown'
  | 'scope-not-granted'
  | 'grant-not-allowed'
  | 'grant-not-supported'
  | 'resource-unknown'
  | 'dpop-required'

/** A refusal of the token endpoint. */
export interface Refusal {
  readonly error: string
  readonly errorDescription?: string | undefined
}

/** For `invalid_client` and `invalid_grant`; the first that fits counts. */
const SENTENCES: readonly (readonly [pattern: RegExp, rule: RefusalRule])[] = [
  [/already (?:been )?used|\bjti\b.*used|replay/i, 'replayed'],
  [/audience|\baud\b/i, 'aud-wrong'],
  [/too far (?:into|in) the future|at most \d+ seconds ahead|lifetime/i, 'lifetime-too-long'],
  [/before the current time|in the future|not yet valid|\biat\b/i, 'clock-ahead'],
  [/expired|\bexp\b.*passed/i, 'clock-behind'],
  [/algorithm|\balg\b/i, 'alg-not-supported'],
  [/\btyp\b/i, 'typ-not-supported'],
  [/\bkid\b|key id/i, 'kid-not-registered'],
  [/signature/i, 'key-not-registered'],
  [/(?:issuer|subject) claim|client_id|client id/i, 'client-unknown'],
]

const CODES: ReadonlyMap<string, RefusalRule> = new Map([
  ['invalid_scope', 'scope-not-granted'],
  ['consent_required', 'scope-not-granted'],
  ['access_denied', 'scope-not-granted'],
  ['unauthorized_client', 'grant-not-allowed'],
  ['unsupported_grant_type', 'grant-not-supported'],
  ['invalid_target', 'resource-unknown'],
  ['invalid_dpop_proof', 'dpop-required'],
  ['use_dpop_nonce', 'dpop-required'],
])

/** The rule that a refusal is about, as far as it tells. */
export function ruleOfRefusal({ error, errorDescription = '' }: Refusal): RefusalRule | undefined {
  const rule = CODES.get(error)
  if (rule !== undefined || !isAboutAssertion(error)) return rule
  return SENTENCES.find(([pattern]) => pattern.test(errorDescription))?.[1]
}

/** Whether the code says that the assertion was not taken, or what it claims. */
export function isAboutAssertion(error: string): boolean {
  return error === 'invalid_client' || error === 'invalid_grant'
}
