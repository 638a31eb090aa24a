/**
 * The token of an invitation link. It stands behind `#`, which no server sees, and leaves the address at once.
 * @module
 */

import { type Signal, signal } from '@preact/signals'

/** The token of the link by which the page was opened; `undefined` when it was opened otherwise. */
export const invitationToken: Signal<string | undefined> = signal(undefined)

/** Takes the token out of the address, now and whenever a link is opened in this tab. */
export function watchInvitation(): void {
  take()
  addEventListener('hashchange', take)
}

function take(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('invitation')
  if (token === null) return
  history.replaceState(null, '', location.pathname + location.search)
  invitationToken.value = token
}
