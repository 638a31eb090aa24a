/**
 * As whom the admin API is asked: a person's session comes first; without one, an access token of step 4 whose
 * scopes reach that far.
 * @module
 */

import { loadSession, own } from '../console/session.ts'
import { accessToken, grantedScopes } from './exchange.ts'

/** What a call bears, if the token has one of these scopes; nothing for a person, who is known by a cookie. */
export function credential(...reaching: readonly string[]): { readonly bearer?: string } {
  const held = accessToken.value
  if (own.value !== undefined || held?.type !== 'Bearer') return {}
  const granted = grantedScopes()
  return reaching.some((scope) => granted.includes(scope)) ? { bearer: held.token } : {}
}

let looking: Promise<void> | undefined

/** Whether anybody can be asked as; looks for a session when there is nothing else. */
export async function isKnown(...reaching: readonly string[]): Promise<boolean> {
  if (own.value !== undefined || credential(...reaching).bearer !== undefined) return true
  looking ??= loadSession().finally(() => (looking = undefined))
  await looking
  return own.value !== undefined
}
